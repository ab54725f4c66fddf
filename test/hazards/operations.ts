import { syncMover, type Channel, type Mover } from '../../lib';

/** Work on memory; each operand is memory of its own. */
export interface Operation {
  readonly name: string;
  /** Bytes of the operands of one that works on so many. */
  readonly lengths: (bytes: number) => readonly number[];
  /** Puts into operands of random bytes what makes the work go through. */
  readonly prepare?: (operands: readonly Buffer[]) => void;
  readonly ask: (mover: Mover, operands: readonly Buffer[]) => PromiseLike<unknown>;
  /** Whether the mover has it; absent: all have. */
  readonly isOf?: (mover: Mover) => boolean;
}

const one = (bytes: number): number[] => [bytes];
const two = (bytes: number): number[] => [bytes, bytes];
const three = (bytes: number): number[] => [bytes, bytes, bytes];

/** The first two become the same, but for a byte in the middle. */
const nearlyEqual = ([a, b]: readonly Buffer[]): void => {
  b!.set(a!);
  b![b!.length >> 1]! ^= 1;
};

const BLOCK = 512;
const FIELDS = 8;
const tags = { appTag: 7, refTag: 9 };
const blocks = (bytes: number): number => Math.max(1, bytes / BLOCK);
const plain = (bytes: number): number => blocks(bytes) * BLOCK;
const guarded = (bytes: number): number => blocks(bytes) * (BLOCK + FIELDS);

/** The last operand becomes blocks with integrity fields. */
const guard = (operands: readonly Buffer[]): void => {
  const dst = operands.at(-1)!;
  const src = dst.subarray(0, (dst.length / (BLOCK + FIELDS)) * BLOCK);
  syncMover().dif.insert(dst, Buffer.from(src), tags).poll();
};

/** The last operand becomes a delta record: each of its entries changes eight bytes. */
const RECORD = 80;
const changes = ([, record]: readonly Buffer[]): void => {
  for (let entry = 0; entry < RECORD / 10; entry++) record!.writeUInt16LE(entry, entry * 10);
};

// None of these holds the memory once the work is begun: it is to be held by the library alone.

function batch(m: Mover, a: Buffer, b: Buffer, c: Buffer): PromiseLike<unknown> {
  return m
    .batch((members) => {
      members.copy(a, b);
      members.fence();
      members.crc32c(a);
      members.fill(c, 5);
    })
    .then(({ completed, firstError }) => {
      if (firstError !== undefined) throw firstError;
      return completed;
    });
}

function sequence(m: Mover, a: Buffer, b: Buffer, c: Buffer): PromiseLike<unknown> {
  const steps = m.sequence();
  const scratch = steps.scratch(b.length);
  steps.ops.copy(scratch, b);
  steps.ops.copy(a, scratch);
  const crc = steps.ops.crc32c(a);
  steps.ops.fill(c, 5);
  return steps.run().then(() => crc.output);
}

/** Not at once: what is refused rejects. */
async function channel(m: Mover, a: Buffer, b: Buffer, c: Buffer): Promise<unknown> {
  const begun = m.channel({ depth: 4 });
  begun.copy(m.register(a), 0, m.register(b), 0, b.length);
  begun.fill(m.register(c), 0, c.length, 5);
  begun.crc32c(m.register(b), 0, b.length);
  return results(begun, 3);
}

function hasChannels(m: Mover): boolean {
  try {
    return m.channel({ depth: 2 }).depth === 2;
  } catch {
    return false;
  }
}

async function results(begun: Channel, count: number): Promise<number[]> {
  const all: number[] = [];
  const tickets = new Uint32Array(count);
  while (all.length < count) {
    const taken = begun.completed(tickets);
    for (const ticket of tickets.subarray(0, taken)) all.push(begun.result(ticket));
    if (taken === 0) await begun.wait();
  }
  return all.sort();
}

/** All operations, one by one, and in each way to have several. */
export const operations: readonly Operation[] = [
  { name: 'copy', lengths: two, ask: (m, [a, b]) => m.copy(a!, b!) },
  { name: 'move', lengths: two, ask: (m, [a, b]) => m.move(a!, b!) },
  { name: 'fill', lengths: one, ask: (m, [a]) => m.fill(a!, 0x1234_5678_9abc_def0n) },
  { name: 'dualcast', lengths: three, ask: (m, [a, b, c]) => m.dualcast([a!, b!], c!) },
  { name: 'compare', lengths: two, prepare: nearlyEqual, ask: (m, [a, b]) => m.compare(a!, b!) },
  { name: 'comparePattern', lengths: one, ask: (m, [a]) => m.comparePattern(a!, 0) },
  { name: 'equals', lengths: two, prepare: nearlyEqual, ask: (m, [a, b]) => m.equals(a!, b!) },
  { name: 'crc32c', lengths: one, ask: (m, [a]) => m.crc32c(a!) },
  { name: 'copyCrc32c', lengths: two, ask: (m, [a, b]) => m.copyCrc32c(a!, b!) },
  {
    name: 'createDelta',
    lengths: (bytes) => [bytes, bytes, RECORD],
    prepare: nearlyEqual,
    ask: (m, [a, b, c]) => m.createDelta(a!, b!, c!),
  },
  {
    name: 'applyDelta',
    lengths: (bytes) => [bytes, RECORD],
    prepare: changes,
    ask: (m, [a, b]) => m.applyDelta(a!, b!),
  },
  {
    name: 'dif.check',
    lengths: (bytes) => [guarded(bytes)],
    prepare: guard,
    ask: (m, [a]) => m.dif.check(a!, tags),
  },
  {
    name: 'dif.insert',
    lengths: (bytes) => [guarded(bytes), plain(bytes)],
    ask: (m, [a, b]) => m.dif.insert(a!, b!, tags),
  },
  {
    name: 'dif.strip',
    lengths: (bytes) => [plain(bytes), guarded(bytes)],
    prepare: guard,
    ask: (m, [a, b]) => m.dif.strip(a!, b!, tags),
  },
  {
    name: 'dif.update',
    lengths: (bytes) => [guarded(bytes), guarded(bytes)],
    prepare: guard,
    ask: (m, [a, b]) => m.dif.update(a!, b!, tags, { refTag: 1 }),
  },
  { name: 'flush', lengths: one, ask: (m, [a]) => m.flush(a!) },
  { name: 'drain', lengths: two, ask: (m, [a, b]) => m.drain({ readback: [a!, b!] }) },
  { name: 'batch', lengths: three, ask: (m, [a, b, c]) => batch(m, a!, b!, c!) },
  { name: 'sequence', lengths: three, ask: (m, [a, b, c]) => sequence(m, a!, b!, c!) },
  {
    name: 'channel',
    lengths: three,
    ask: (m, [a, b, c]) => channel(m, a!, b!, c!),
    isOf: hasChannels,
  },
];
