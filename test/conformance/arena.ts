import assert from 'node:assert/strict';
import { Pool, type DataOperations } from '../../lib';
import { Random } from '../support/random';
import { reference } from './reference';

/** Part of an arena. */
export interface Span {
  /** Distance from an address that is a multiple of 4096. */
  readonly at: number;
  readonly length: number;
}

type Reference = typeof reference;

/** An operation that can be asked of the library as well as of the reference. */
export type Call = (operations: Reference, ...operands: Buffer[]) => unknown;

const PAGE = 4096;

/** At least so many bytes before, between and behind operands, that no operation may touch. */
const GUARD = 256;

/** Random bytes; arenas take theirs from here, since making them takes long. */
const noise = new Random(0x5eed).bytes(1_000_003);

const pool = new Pool({ align: PAGE, slabBytes: 64 * 1024 });

/** Fills memory with noise, another for every seed. */
export function withNoise(memory: Buffer, seed: number): Buffer {
  const from = (seed * 7919) % noise.length;
  for (let at = -from; at < memory.length; at += noise.length) {
    noise.copy(memory, Math.max(at, 0), Math.max(-at, 0));
  }
  return memory;
}

/**
 * Memory with operands in it and bytes around them, and a model of it. An operation is done on the
 * memory by the library and on the model by the reference; afterwards both must be the same in every
 * byte: destination, sources and all that lies around.
 */
export class Arena {
  readonly memory: Buffer;
  readonly model: Buffer;

  constructor(bytes: number, seed: number) {
    this.memory = withNoise(pool.alloc(bytes), seed);
    this.model = Buffer.from(this.memory);
  }

  /** Writes the same bytes to memory and model. */
  set(at: number, bytes: Uint8Array): void {
    this.memory.set(bytes, at);
    this.model.set(bytes, at);
  }

  view({ at, length }: Span): Buffer {
    return this.memory.subarray(at, at + length);
  }

  modelOf({ at, length }: Span): Buffer {
    return this.model.subarray(at, at + length);
  }

  /**
   * Does it both ways. Results that are operands are compared by their position, failures by their codes.
   *
   * @param loose - the operand that may hold anything afterwards, beside what is part of the result
   */
  async agree(
    operations: DataOperations,
    spans: readonly Span[],
    call: Call,
    loose?: number,
  ): Promise<void> {
    const ours = spans.map((span) => this.view(span));
    const theirs = spans.map((span) => this.modelOf(span));
    const future = call(operations as unknown as Reference, ...ours) as Promise<unknown>;
    const expected = referenceResult(call, theirs);
    const fails = expected instanceof Failure;
    const result = await future.then(
      (value) => named(value, ours),
      (error: { code: string }) => {
        if (fails) return new Failure(error.code);
        throw error;
      },
    );
    if (result !== expected) assert.deepEqual(result, expected, `result for ${where(spans)}`);
    if (loose !== undefined) theirs[loose]!.set(ours[loose]!);
    this.verify(spans);
  }

  /** @throws AssertionError with the place of the first byte that is not as in the model */
  verify(operands: readonly Span[] = []): void {
    if (this.memory.equals(this.model)) return;
    const at = this.memory.findIndex((byte, index) => byte !== this.model[index]);
    assert.fail(
      `${where(operands)}: byte ${at} is ${this.memory[at]}, should be ${this.model[at]}`,
    );
  }

  release(): void {
    pool.release(this.memory);
  }
}

/** What an operation comes to that is to fail. */
export class Failure {
  constructor(readonly code: string) {}
}

/** Does it on the model; what it is to come to. */
export function referenceResult(call: Call, operands: readonly Buffer[]): unknown {
  try {
    return named(call(reference, ...operands), operands);
  } catch (error) {
    return new Failure((error as { code: string }).code);
  }
}

/** A result, in which operands are named by their position. */
export function named(result: unknown, operands: readonly unknown[]): unknown {
  if (Array.isArray(result)) return result.map((item) => named(item, operands));
  const index = operands.indexOf(result);
  return index < 0 ? result : `operand ${index}`;
}

const where = (spans: readonly Span[]): string =>
  spans.map(({ at, length }) => `${length} bytes at ${at}`).join(', ');

/** From the page of one operand to that of the next. */
const stride = (length: number, offset: number): number =>
  Math.ceil((offset + length + GUARD) / PAGE) * PAGE;

/** Room for `operands` ranges of `length` bytes, each at most `offset` bytes into its first page. */
export const roomFor = (operands: number, length: number, offset = 63): number =>
  PAGE + operands * stride(length, offset);

/** Operand `index` of those, at `offset` in its page; `largest`: what `roomFor` was told. */
export const spanOf = (index: number, length: number, offset: number, largest = 63): Span => ({
  at: PAGE + index * stride(length, largest) + offset,
  length,
});

/** Lengths around which kernels, engines and splitting change their ways. */
export const edges: readonly number[] = [
  131, 255, 256, 257, 511, 512, 1023, 1025, 4095, 4096, 4097, 16383, 16384, 16385, 65535, 65537,
  262_145, 524_287, 524_288, 1_048_575, 1_048_576, 1_048_577, 2_109_441,
];

/**
 * Declares the tests that every operation on `operands` ranges has: lengths from 1 to 130 at all
 * offsets in a cache line, the edges, and zero bytes.
 *
 * @param samePage - the first two operands lie at the same offset of their pages
 */
export function agreesEverywhere(
  operations: () => DataOperations,
  operands: number,
  call: Call,
  { samePage = false } = {},
): void {
  const spans = (length: number, offset: number): Span[] =>
    Array.from({ length: operands }, (_, index) => {
      const shifted = samePage && index < 2 ? offset : (offset * (2 * index + 1) + 9 * index) % 64;
      return spanOf(index, length, shifted);
    });

  test('lengths 1 to 130 at offsets 0 to 63', async () => {
    const arenas = Array.from({ length: 64 }, (_, n) => new Arena(roomFor(operands, 130), n + 1));
    for (let length = 1; length <= 130; length++) {
      // Offsets move on from length to length: no destination already holds what it will hold.
      const all = arenas.map((arena, n) =>
        arena.agree(operations(), spans(length, (n + 7 * length) % 64), call),
      );
      await Promise.all(all);
    }
    for (const arena of arenas) arena.release();
  });

  test('edges up to more than 2 MiB', async () => {
    for (const [index, length] of edges.entries()) {
      const arena = new Arena(roomFor(operands, length), 1000 + index);
      await arena.agree(operations(), spans(length, (index * 13) % 64), call);
      arena.release();
    }
  });

  test('zero bytes', async () => {
    const arena = new Arena(roomFor(operands, 0), 7);
    await arena.agree(operations(), spans(0, 5), call);
    arena.release();
  });
}
