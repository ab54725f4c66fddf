import type { OpOptions } from '../../lib';
import { Random } from '../support/random';
import { onEveryMover } from './movers';

const options: readonly OpOptions[] = [
  { durable: true },
  { readback: true },
  { durable: true, readback: true, cache: 'memory' },
  { readback: true, cache: 'llc' },
];

onEveryMover((operations) => {
  test.each(options)('what is written with %j is what would be written without', async (o) => {
    const random = new Random(9);
    for (const bytes of [1, 64, 4096, 70_008, 2_000_000]) {
      const source = random.bytes(bytes);
      const [copied, moved, summed] = [1, 2, 3].map(() => Buffer.alloc(bytes));
      const m = operations();
      await m.copy(copied!, source, o);
      await m.move(moved!, source, o);
      const crc = await m.copyCrc32c(summed!, source, o);
      expect(crc).toBe(await m.crc32c(source, o));
      for (const target of [copied, moved, summed]) expect(target!.equals(source)).toBe(true);
      await m.fill(copied!, 7, o);
      expect(copied!.every((byte) => byte === 7)).toBe(true);
    }
  });

  test.each(options)('deltas and fields with %j', async (o) => {
    const random = new Random(10);
    const m = operations();
    const after = random.bytes(65_536);
    for (const target of [after, after.subarray(1), random.bytes(600_001)]) {
      const before = random.bytes(target.length);
      const { record } = await m.createDelta(before, target, undefined, o);
      await m.applyDelta(before, record, o);
      expect(before.equals(target)).toBe(true);
    }
    const fields = Buffer.alloc((65_536 / 512) * 520);
    const stripped = Buffer.alloc(65_536);
    await m.dif.insert(fields, after, {}, o);
    await m.dif.update(Buffer.alloc(fields.length), fields, {}, {}, o);
    expect((await m.dif.strip(stripped, fields, {}, o)).ok).toBe(true);
    expect(stripped.equals(after)).toBe(true);
  });
});
