import { Pool, type DataOperations, type Future } from '../../lib';

/** An operation with an argument of our choice in one place, and good ones in all others. */
export interface Position {
  readonly name: string;
  readonly call: (operations: DataOperations, argument: any, options?: any) => Future<unknown>;
  /** For an argument that is good: how many bytes it may have. */
  readonly length: number;
}

const LENGTH = 64;
const pool = new Pool({ align: 4096 });
/** In pages of their own, so that they do not overlap and suit dualcast. */
export const good = (): Buffer => pool.alloc(LENGTH, 4096);

const [a, b, c] = [good(), good(), good()];

const position = (name: string, call: Position['call']): Position => ({
  name,
  call,
  length: LENGTH,
});

/** Every argument that is memory. */
export const bytesPositions: readonly Position[] = [
  position('copy dst', (m, x, o) => m.copy(x, a, o)),
  position('copy src', (m, x, o) => m.copy(a, x, o)),
  position('move dst', (m, x, o) => m.move(x, a, o)),
  position('move src', (m, x, o) => m.move(a, x, o)),
  position('fill dst', (m, x, o) => m.fill(x, 0, o)),
  position('dualcast dsts[0]', (m, x, o) => m.dualcast([x, a], b, o)),
  position('dualcast dsts[1]', (m, x, o) => m.dualcast([a, x], b, o)),
  position('dualcast src', (m, x, o) => m.dualcast([a, b], x, o)),
  position('compare a', (m, x, o) => m.compare(x, a, o)),
  position('compare b', (m, x, o) => m.compare(a, x, o)),
  position('comparePattern a', (m, x, o) => m.comparePattern(x, 0, o)),
  position('equals a', (m, x, o) => m.equals(x, a, o)),
  position('equals b', (m, x, o) => m.equals(a, x, o)),
  position('crc32c src', (m, x, o) => m.crc32c(x, o)),
  position('copyCrc32c dst', (m, x, o) => m.copyCrc32c(x, a, o)),
  position('copyCrc32c src', (m, x, o) => m.copyCrc32c(a, x, o)),
  position('flush range', (m, x, o) => m.flush(x, o)),
];

/** Every operation, with good arguments and options of our choice. */
export const operations: readonly {
  readonly name: string;
  readonly call: (m: DataOperations, options?: any) => Future<unknown>;
}[] = [
  { name: 'copy', call: (m, o) => m.copy(a, b, o) },
  { name: 'move', call: (m, o) => m.move(a, b, o) },
  { name: 'fill', call: (m, o) => m.fill(a, 1, o) },
  { name: 'dualcast', call: (m, o) => m.dualcast([a, b], c, o) },
  { name: 'compare', call: (m, o) => m.compare(a, b, o) },
  { name: 'comparePattern', call: (m, o) => m.comparePattern(a, 1, o) },
  { name: 'equals', call: (m, o) => m.equals(a, b, o) },
  { name: 'crc32c', call: (m, o) => m.crc32c(a, o) },
  { name: 'copyCrc32c', call: (m, o) => m.copyCrc32c(a, b, o) },
  { name: 'flush', call: (m, o) => m.flush(a, o) },
  { name: 'nop', call: (m, o) => m.nop(o) },
  { name: 'drain', call: (m, o) => m.drain(o) },
];

/** Every argument that is a pattern. */
export const patternPositions: readonly Position[] = [
  position('fill pattern', (m, x) => m.fill(a, x)),
  position('comparePattern pattern', (m, x) => m.comparePattern(a, x)),
];
