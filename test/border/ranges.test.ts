import { Pool, type DataOperations, type Future } from '../../lib';
import { bytesPositions } from './positions';
import { expectRefused, mover, overlapping, wrongLength, type Refusal } from './refusals';

const pool = new Pool({ align: 4096 });
const block = pool.alloc(64 * 1024);
const other = pool.alloc(64 * 1024);
const part = (at: number, length: number): Buffer => block.subarray(at, at + length);

type Call = (m: DataOperations) => Future<unknown>;

const refused = (cases: readonly [string, Call][], refusal: Refusal): void => {
  test.each(cases)('%s', async (_name, call) => {
    const before = Buffer.from(block);
    await expectRefused(call, refusal);
    expect(block.equals(before)).toBe(true);
  });
};

describe('lengths that differ', () => {
  const long = Buffer.alloc(65);
  const short = Buffer.alloc(63);
  const none = Buffer.alloc(0);
  refused(
    [
      ...[long, short, none].flatMap((x): [string, Call][] => [
        [`copy from ${x.length}`, (m) => m.copy(part(0, 64), x)],
        [`copy to ${x.length}`, (m) => m.copy(x, part(0, 64))],
        [`move from ${x.length}`, (m) => m.move(part(0, 64), x)],
        [`compare with ${x.length}`, (m) => m.compare(part(0, 64), x)],
        [`copyCrc32c from ${x.length}`, (m) => m.copyCrc32c(part(0, 64), x)],
        [`dualcast from ${x.length}`, (m) => m.dualcast([part(0, 64), part(4096, 64)], x)],
        [`dualcast first to ${x.length}`, (m) => m.dualcast([x, part(0, 64)], part(64, 64))],
        [`dualcast second to ${x.length}`, (m) => m.dualcast([part(0, 64), x], part(64, 64))],
      ]),
    ],
    wrongLength,
  );
});

describe('overlap', () => {
  const distances = [-99, -64, -1, 0, 1, 64, 99];
  refused(
    distances.flatMap((distance): [string, Call][] => [
      [`copy, distance ${distance}`, (m) => m.copy(part(1000 + distance, 100), part(1000, 100))],
      [
        `copyCrc32c, distance ${distance}`,
        (m) => m.copyCrc32c(part(1000 + distance, 100), part(1000, 100)),
      ],
      [
        `dualcast, source with first destination, distance ${distance}`,
        (m) =>
          m.dualcast([part(1000 + distance, 100), part(5096 + distance, 100)], part(1000, 100)),
      ],
      [
        `dualcast, source with second destination, distance ${distance}`,
        (m) =>
          m.dualcast([part(5096 + distance, 100), part(1000 + distance, 100)], part(1000, 100)),
      ],
    ]),
    overlapping,
  );

  refused(
    [
      [
        'dualcast destinations, 4096 apart, 4097 long',
        (m) => m.dualcast([part(0, 4097), part(4096, 4097)], other.subarray(0, 4097)),
      ],
      ['dualcast to the same place', (m) => m.dualcast([part(0, 64), part(0, 64)], part(128, 64))],
      [
        'copy, as two kinds of view',
        (m) => m.copy(part(0, 64), new DataView(block.buffer, block.byteOffset + 63, 64)),
      ],
      ['copy of a buffer to itself', (m) => m.copy(block, block)],
    ],
    overlapping,
  );

  test('shared memory seen through two buffers of two agents is still one range here', async () => {
    const shared = new SharedArrayBuffer(100);
    const again = structuredClone(shared);
    expect(again).not.toBe(shared);
    await expectRefused(
      (m) => m.copy(new Uint8Array(shared, 0, 60), new Uint8Array(again, 40)),
      overlapping,
    );
  });
});

test('zero bytes have no address', async () => {
  const dsts = [part(0, 0), part(33, 0)] as const;
  expect(await mover().dualcast(dsts, part(5, 0))).toBe(dsts);
});

describe('more than one descriptor can say', () => {
  /** Committed by the system only where it is touched. */
  function reserve(bytes: number): ArrayBuffer | undefined {
    try {
      return new ArrayBuffer(bytes);
    } catch {
      return undefined;
    }
  }

  for (const bytes of [2 ** 32, 2 ** 33]) {
    const huge = reserve(bytes);
    // Where the system refuses the address space, there is nothing to hand over.
    const declared = huge === undefined ? test.skip : test;
    // Ranges of different lengths are simply not equal.
    const refusing = bytesPositions.filter(({ name }) => !name.startsWith('equals'));
    for (const { name, call } of refusing) {
      declared(`${name}: a buffer of ${bytes} bytes`, async () => {
        await expectRefused((m) => call(m, huge), wrongLength);
      });
    }
    declared(`equals of two ranges of ${bytes} bytes`, async () => {
      await expectRefused((m) => m.equals(huge!, huge!), wrongLength);
    });
    declared(`a small view into ${bytes} bytes is fine`, async () => {
      const view = new Uint8Array(huge!, bytes - 64, 64);
      await mover().fill(view, 7);
      expect(view.every((byte) => byte === 7)).toBe(true);
    });
    declared(`a region of a part of ${bytes} bytes`, async () => {
      const region = mover().register(new Uint8Array(huge!, bytes - 64, 64));
      await mover().fill(region, 8);
      expect(region.bytes.equals(Buffer.alloc(64, 8))).toBe(true);
    });
  }
});
