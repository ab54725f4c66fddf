import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../support/random';

/** An input buffer as `test/vectors/README.md` describes it. */
export type Input =
  | string
  | {
      readonly xorshift32?: number;
      readonly repeat?: string;
      readonly length: number;
      readonly patch?: readonly (readonly [number, string])[];
    };

/** A delta record: entries with these indices, and the words of other bytes. */
export interface DeltaInput {
  readonly deltaEntries: readonly number[] | { start: number; step: number; count: number };
  readonly words: Input;
}

export type Output = string | { readonly sha256: string; readonly length: number };

export type CheckResult = 'equal' | 'different' | null;

/** A golden case; which fields it has depends on the operation. */
export interface Vector {
  readonly id: string;
  readonly op: string;
  readonly length: number;
  readonly src: Input;
  readonly src1: Input;
  readonly src2: Input;
  readonly arena?: Input;
  readonly srcOffset: number;
  readonly src1Offset: number;
  readonly src2Offset: number;
  readonly dstOffset: number;
  readonly dstPageOffset: number;
  readonly pattern: string;
  readonly checkResult: CheckResult;
  readonly seed: number;
  readonly segments?: readonly number[];
  readonly flags: readonly string[];
  readonly expect: {
    readonly status: number;
    readonly result: number;
    readonly offset: number;
    readonly firstDifference?: number;
    readonly crc: number;
    readonly crcs?: readonly number[];
    readonly output: Output;
  };
}

/** A request that breaks rules, or none. Positions are offsets in a zero-filled arena, or null. */
export interface ErrorVector {
  readonly id: string;
  readonly op: string;
  readonly length: number;
  readonly src?: number | null;
  readonly src2?: number | null;
  readonly dst?: number | null;
  readonly dst2?: number | null;
  readonly record?: number | null;
  readonly recordLength?: number;
  readonly maxRecordLength?: number;
  readonly flags?: readonly string[];
  readonly crcResult?: 'present' | null;
  readonly broken: readonly string[];
}

export function load<V = Vector>(name: string): V[] {
  const file = join(__dirname, '..', 'vectors', `${name}.ndjson`);
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as V);
}

export function recordBytes(input: Input | DeltaInput): Buffer {
  if (typeof input === 'string' || !('deltaEntries' in input)) return inputBytes(input);
  const { deltaEntries: given } = input;
  const indices =
    'count' in given
      ? Array.from({ length: given.count }, (_, index) => given.start + index * given.step)
      : given;
  const words = inputBytes(input.words);
  const record = Buffer.alloc(indices.length * 10);
  indices.forEach((index, at) => {
    record.writeUInt16LE(index, at * 10);
    words.copy(record, at * 10 + 2, at * 8, at * 8 + 8);
  });
  return record;
}

export function inputBytes(input: Input): Buffer {
  if (typeof input === 'string') return Buffer.from(input, 'hex');
  const bytes =
    input.repeat === undefined
      ? new Random(input.xorshift32!).bytes(input.length)
      : Buffer.alloc(input.length).fill(input.repeat, 'hex');
  for (const [at, hex] of input.patch ?? []) bytes.write(hex, at, 'hex');
  return bytes;
}

/** The bytes in the form in which the vectors have outputs. */
export function outputOf(bytes: Uint8Array): Output {
  const { length } = bytes;
  if (length <= 256) return Buffer.from(bytes).toString('hex');
  return { sha256: createHash('sha256').update(bytes).digest('hex'), length };
}

/** Tries all of them, and says which it was that failed. */
export async function forEachVector<V extends { readonly id: string }>(
  vectors: readonly V[],
  attempt: (vector: V) => Promise<void>,
): Promise<void> {
  expect(vectors.length).toBeGreaterThan(0);
  for (const vector of vectors) {
    try {
      await attempt(vector);
    } catch (error) {
      throw new Error(`golden case ${vector.id}`, { cause: error });
    }
  }
}
