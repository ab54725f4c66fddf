import type { Records } from '../abi/completion-record';
import { Flag } from '../abi/descriptor';
import { typeError } from '../errors';
import { bare } from '../intrinsics';
import type { Range } from '../memory/range';
import type { OpArguments } from './op-arguments';

/** Names of the operations, the same in errors, options and statistics. */
export type OpName =
  | 'copy'
  | 'move'
  | 'fill'
  | 'dualcast'
  | 'compare'
  | 'comparePattern'
  | 'equals'
  | 'crc32c'
  | 'copyCrc32c'
  | 'createDelta'
  | 'applyDelta'
  | 'difCheck'
  | 'difInsert'
  | 'difStrip'
  | 'difUpdate'
  | 'flush'
  | 'nop'
  | 'drain';

/** What one job works on, with every argument checked and every buffer resolved. */
export interface Operands<T = unknown, X = unknown> {
  readonly operation: Operation<T, X>;
  /** Bytes to process; 0 for operations that take no memory. */
  readonly length: number;
  /** Flags of the caller's choice, beside those of every descriptor. */
  flags: number;
  readonly destination: Range | null;
  readonly source: Range | null;
  /** The second destination, or the second source. */
  readonly second: Range | null;
  /** What this operation alone needs: a pattern, a seed, an expectation. */
  readonly extra: X;
  /** What the future resolves with, where that is one of the arguments. */
  readonly value: unknown;
}

/** By the ranges of `Operands`. */
export type ArgumentNames = Readonly<Partial<Record<'destination' | 'source' | 'second', string>>>;

/**
 * One operation: arguments to descriptor, record to result. Splitting, batching and continuing
 * after a fault are written once for all, on top of this.
 */
export interface Operation<T = unknown, X = unknown> {
  readonly name: OpName;
  readonly opcode: number;
  /** Flags of the mover's general options that mean something here; others are left out. */
  readonly options: number;
  /** Names of the options that it has beside the general ones. */
  readonly own: readonly string[];
  /** What its arguments are called, for messages. */
  readonly names: ArgumentNames;
  /** What an engine that is not given descriptors is asked for, where that has another name. */
  readonly verb?: OpName;
  /** A status beside success, and beside a false predicate, that has a result; else it is a failure. */
  readonly mismatch?: number;
  /** Whether `second` is a destination; else it is a source. */
  readonly dual?: boolean;
  /** Whether its destination can keep something of what it held; else it is written, and not read. */
  readonly partial?: boolean;
  /** Whether it depends on the bytes that it finds if it succeeds, even where nothing is expected. */
  readonly decides?: boolean;
  /** Writes what differs from zero beyond flags, record address and size. */
  encode(words: Int32Array, at: number, operands: Operands<T, X>): void;
  /** Reads the result of a record that ended in success, a false predicate or `mismatch`. */
  decode(records: Records, slot: number, operands: Operands<T, X>): T;
  /** Whether the result is that of a success, as fences have it; absent: every one is. */
  succeeded?(result: T): boolean;
  /** The arguments again, for engines that are not given descriptors. */
  args(operands: Operands<T, X>): OpArguments[OpName];
  /** The result for zero bytes, which no descriptor can say; absent where no bytes are needed. */
  empty?(operands: Operands<T, X>): T;
}

/** The operands of an operation that needs nothing but memory, and has no flags. */
export const plainOperands = <T>(
  operation: Operation<T, undefined>,
  destination: Range | null,
  source: Range | null,
  value: unknown,
): Operands<T, undefined> => ({
  operation,
  length: destination?.length ?? 0,
  flags: 0,
  destination,
  source,
  second: null,
  extra: undefined,
  value,
});

/** An operation of which Object.prototype says nothing: what it does not have, it has not. */
export function defineOperation<O extends object>(operation: O): O {
  return bare(operation);
}

const givers: ReadonlySet<OpName> = new Set(['copy', 'move', 'fill', 'dualcast', 'applyDelta']);

/** Whether the result is the destination that was given. */
export const givesDestination = ({ name, verb = name }: Operation): boolean => givers.has(verb);

/** Whether the memory is still where it was; none of none bytes goes away. */
export const isThere = (range: Range | null): boolean => range === null || range.intact;

/** Whether all the memory is still where it was when the operands were made. */
export function intact({ destination, source, second }: Operands): boolean {
  return isThere(destination) && isThere(source) && isThere(second);
}

/** The error for an operation whose memory has gone before its end. */
export function detached({ operation }: { operation: Pick<Operation, 'name'> }): TypeError {
  return typeError(
    'ERR_MOVER_BUFFER_DETACHED',
    `${operation.name}: the memory of an argument was transferred elsewhere before the end`,
  );
}

/** Keeps all the memory alive, whatever happens to its buffers: see `Range.hold`. */
export function hold({ destination, source, second }: Operands): void {
  destination?.hold();
  source?.hold();
  second?.hold();
}

/** Options that operations which write memory understand. */
export const writeOptions = Flag.BlockOnFault | Flag.CacheControl1 | Flag.CacheControl2;

export const readOptions = Flag.BlockOnFault;
