import { syncMover, type DataOperations, type DifSource, type OpName } from '../../lib';

/** Where Intel DML's software path does otherwise than a device. The device is right. */
export interface Deviation {
  readonly operation: OpName;
  /** What is special about the operation; absent: it is always so. */
  readonly when?: string;
  readonly reason: string;
  /** Absent: DML is not asked, or not believed. `rest`: it does the work, ours the rest. */
  readonly ours?: 'rest';
  /** Such a case. */
  readonly attempt: (m: DataOperations) => PromiseLike<unknown>;
  /** What a device makes of it. */
  readonly expected: unknown;
}

const TAGS = { appTag: 7, refTag: 1 };

/** What prepares the cases. */
const plain = syncMover({ engine: 'datamover' });

/** Two blocks of 512 bytes with fields, in which these bytes are wrong. */
async function fields(...wrong: number[]): Promise<Buffer> {
  const bytes = Buffer.alloc(2 * 520);
  await plain.dif.insert(bytes, Buffer.alloc(1024, 'data'), TAGS);
  for (const at of wrong) bytes[at]! ^= 0xff;
  return bytes;
}

/** Bytes of the first block's field: of its guard, and the lower one of its application tag. */
const GUARD = [512];
const APPLICATION = [515];

const check =
  (wrong: number[], source: DifSource = TAGS) =>
  async (m: DataOperations): Promise<unknown> =>
    m.dif.check(await fields(...wrong), source);

const bad = (mismatch: string, offset = 0): object => ({ ok: false, offset, mismatch: [mismatch] });

const wrongFields: Pick<Deviation, 'when' | 'reason'> = {
  when: 'a field is wrong',
  reason: 'it says nothing about the tags of that block, and writes none of the blocks before it',
};

const wrongTags: Pick<Deviation, 'when' | 'reason'> = {
  when: 'an application tag is wrong',
  reason:
    'it compares application tags but where all of their bits count, and then with the ignored bits ' +
    'of the field: they are compared before DML is asked, which is told to leave them',
};

const escapes: Pick<Deviation, 'when' | 'reason'> = {
  when: "fields of ones are escapes ('all-f'), and no errors",
  reason: 'it knows such fields as errors only',
};

export const deviations: readonly Deviation[] = [
  {
    operation: 'compare',
    when: 'there are more than 2 GiB (of any operation)',
    reason: 'it counts in 32 bits, and from almost 4 GiB on its loop has no end',
    attempt: (m) => {
      const zeros = Buffer.alloc(2 ** 31 + 64);
      return m.compare(zeros, zeros);
    },
    expected: { equal: true, offset: 2 ** 31 + 64, expected: true },
  },
  {
    operation: 'comparePattern',
    when: 'there is a difference',
    reason: 'it names the word of eight bytes with the difference, not the byte',
    ours: 'rest',
    attempt: (m) => m.comparePattern(Buffer.from('aaaaaaaaaaaXaaaaaaaa'), 0x61),
    expected: { equal: false, offset: 11, expected: true },
  },
  {
    operation: 'createDelta',
    when: 'an outcome is expected',
    reason: 'it compares the mask of the expected outcomes, halved, with the number of the outcome',
    ours: 'rest',
    attempt: async (m) => {
      const expect = ['equal', 'different'] as const;
      const made = await m.createDelta(Buffer.alloc(8, 1), Buffer.alloc(8), undefined, { expect });
      return made.expected;
    },
    expected: true,
  },
  {
    operation: 'createDelta',
    when: 'there is no room for the differences',
    reason: 'it does not say how far it came',
    attempt: async (m) => {
      const [before, after] = [Buffer.alloc(128), Buffer.alloc(128, 1)];
      const { outcome, scanned } = await m.createDelta(before, after, Buffer.alloc(80));
      return { outcome, scanned };
    },
    expected: { outcome: 'overflow', scanned: 64 },
  },
  {
    operation: 'createDelta',
    when: 'the address of the record is no multiple of 8',
    reason: 'it refuses that',
    attempt: async (m) => {
      const record = Buffer.alloc(96).subarray(1);
      return (await m.createDelta(Buffer.alloc(8), Buffer.alloc(8, 1), record)).record.toString(
        'hex',
      );
    },
    expected: '00000101010101010101',
  },
  {
    operation: 'applyDelta',
    reason:
      'it writes wherever a record says; checking the record before is not enough, as its memory may ' +
      'be changed meanwhile',
    attempt: async (m) => {
      const target = await m.applyDelta(
        Buffer.alloc(16),
        Buffer.from('01000001020304050607', 'hex'),
      );
      return target.toString('hex');
    },
    expected: '00'.repeat(8) + '0001020304050607',
  },
  {
    operation: 'flush',
    reason: 'it leaves out lines that the range only touches, and takes keeping for dropping',
    attempt: (m) => m.flush(Buffer.alloc(50)),
    expected: undefined,
  },
  {
    operation: 'nop',
    reason: 'there is nothing to do for a kernel',
    attempt: (m) => m.nop(),
    expected: undefined,
  },
  {
    operation: 'drain',
    reason: 'its software path knows no order that a drain could wait for',
    attempt: (m) => m.drain(),
    expected: undefined,
  },
  {
    operation: 'difCheck',
    ...wrongTags,
    attempt: check(APPLICATION),
    expected: bad('app'),
  },
  {
    operation: 'difCheck',
    when: 'a field is wrong in bits that are ignored',
    reason: wrongTags.reason,
    ours: 'rest',
    attempt: check(APPLICATION, { ...TAGS, appMask: 0xff00 }),
    expected: { ok: true, offset: 1040, mismatch: [] },
  },
  { operation: 'difCheck', ...wrongFields, attempt: check(GUARD), expected: bad('guard') },
  {
    operation: 'difCheck',
    ...escapes,
    attempt: async (m) => {
      const bytes = (await fields()).fill(0xff, 512, 520);
      return m.dif.check(bytes, { ...TAGS, escape: ['all-f'] });
    },
    expected: { ok: true, offset: 1040, mismatch: [] },
  },
  {
    operation: 'difStrip',
    ...wrongFields,
    attempt: async (m) => {
      const data = Buffer.alloc(1024);
      const { ok } = await m.dif.strip(data, await fields(1032), TAGS);
      return { ok, written: data.toString('latin1').indexOf('\0') };
    },
    expected: { ok: false, written: 512 },
  },
  {
    operation: 'difStrip',
    when: 'the destination ends where the source begins',
    reason: 'it refuses that, as the first devices do by mistake',
    attempt: async (m) => {
      const memory = Buffer.alloc(1024 + 1040);
      (await fields()).copy(memory, 1024);
      return m.dif.strip(memory.subarray(0, 1024), memory.subarray(1024), TAGS);
    },
    expected: { ok: true, offset: 1040, mismatch: [] },
  },
  {
    operation: 'difUpdate',
    ...wrongFields,
    attempt: async (m) => {
      const others = Buffer.alloc(1040);
      const { ok } = await m.dif.update(others, await fields(1032), TAGS, { appTag: 1 });
      return {
        ok,
        field: others.toString('hex', 514, 520),
        next: others.toString('hex', 520, 524),
      };
    },
    expected: { ok: false, field: '000100000000', next: '00000000' },
  },
];
