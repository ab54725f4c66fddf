import { isDeepStrictEqual } from 'node:util';
import { syncMover, type Mover } from '../../lib';
import { withNoise } from '../conformance/arena';
import { Canaries } from './canaries';
import type { Hazard } from './hazards';
import type { Operation } from './operations';

/** In V8's heap, if it were not for the library, in the allocator's, and in pages of their own. */
const sizes = [64, 4608, 262_144];

const DETACHED = 'ERR_MOVER_BUFFER_DETACHED';

declare const gc: (options: { type: 'minor' }) => void;

/** Operands, what they hold in the end, and what comes of the work. */
interface Example {
  readonly before: readonly Buffer[];
  readonly after: readonly Buffer[];
  readonly result: unknown;
}

const examples = new Map<string, Promise<Example>>();

/** By the engine that works on the spot. */
function exampleOf(operation: Operation, bytes: number): Promise<Example> {
  const name = `${operation.name} ${bytes}`;
  let example = examples.get(name);
  if (example === undefined) examples.set(name, (example = makeExample(operation, bytes)));
  return example;
}

async function makeExample(operation: Operation, bytes: number): Promise<Example> {
  const before = operation
    .lengths(bytes)
    .map((length, index) => withNoise(Buffer.alloc(length), bytes + index));
  operation.prepare?.(before);
  const after = before.map((operand) => Buffer.from(operand));
  return { before, after, result: await operation.ask(syncMover(), after) };
}

type End = { readonly result: unknown } | { readonly error: unknown };

/** Work that has begun; nothing but `strike` holds its memory. */
interface Begun {
  readonly example: Example;
  readonly end: Promise<End>;
  readonly strike: () => Struck;
}

interface Struck {
  readonly example: Example;
  readonly end: Promise<End>;
  /** Some of it was transferred. */
  readonly gone: boolean;
  /** Where the bytes are, if that is known. */
  readonly now: readonly Buffer[] | undefined;
}

function begin(mover: Mover, operation: Operation, hazard: Hazard, example: Example): Begun {
  const { operands, strike } = hazard.ground(example.before.map(({ length }) => length));
  operands.forEach((operand, index) => operand.set(example.before[index]!));
  const end = endOf(operation.ask(mover, operands));
  return {
    example,
    end,
    strike: () => {
      const now = strike() ?? undefined;
      return { example, end, now, gone: operands.some(({ length }) => length === 0) };
    },
  };
}

const endOf = (work: PromiseLike<unknown>): Promise<End> =>
  Promise.resolve(work).then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );

/** What an operation of a batch or a sequence failed with is in another error. */
function codeOf(error: unknown): string {
  const { cause, code } = Object(error) as { cause?: unknown; code?: unknown };
  return cause === undefined ? String(code ?? error) : codeOf(cause);
}

/** Whether it is, or has, a view of memory that was transferred. */
function detached(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (ArrayBuffer.isView(value)) return value.byteLength === 0;
  return Object.values(value).some(detached);
}

/** What is wrong with an end; undefined: nothing. */
function wrongWith(end: End, { refused }: Hazard, struck: Struck): string | undefined {
  const { example, gone, now } = struck;
  if ('error' in end) {
    const code = codeOf(end.error);
    const right = refused ?? (gone ? DETACHED : 'success');
    return code === right ? undefined : `${code} in place of ${right}`;
  }
  if (refused !== undefined) return 'it was not refused';
  if (!detached(end.result) && !isDeepStrictEqual(end.result, example.result)) {
    return 'the result is wrong';
  }
  const right = now?.every((bytes, index) => bytes.equals(example.after[index]!)) ?? true;
  return right ? undefined : 'the bytes are wrong';
}

export interface Outcome {
  readonly wrong: readonly string[];
  /** How many operations failed since their memory had gone. */
  readonly bereft: number;
}

/**
 * One operation in several sizes; those of one half are under way, the others just asked for, when the
 * hazard strikes and the collector runs.
 *
 * @param hold - has something done in front of them
 */
export async function cell(
  mover: Mover,
  operation: Operation,
  hazard: Hazard,
  hold: (mover: Mover) => void,
): Promise<Outcome> {
  const some = await Promise.all(sizes.map((bytes) => exampleOf(operation, bytes)));
  hold(mover);
  const begun = some.map((example) => begin(mover, operation, hazard, example));
  await null;
  begun.push(...some.map((example) => begin(mover, operation, hazard, example)));
  const struck = begun.map(({ strike }) => strike());
  begun.length = 0;
  hazard.settle?.();
  // Operands are young, and so is all that held them.
  gc({ type: 'minor' });
  const canaries = new Canaries(
    struck.flatMap(({ example }) => example.before.map(({ length }) => length)),
  );
  const ends = await Promise.all(struck.map(({ end }) => end));
  const wrong = ends.flatMap((end, index) => wrongWith(end, hazard, struck[index]!) ?? []);
  if (!canaries.unharmed) wrong.push('memory of others was written');
  const bereft = ends.filter((end) => 'error' in end && codeOf(end.error) === DETACHED).length;
  return { wrong, bereft };
}
