import { types } from 'node:util';
import { Status, statusName } from './abi/completion-record';
import { bare } from './intrinsics';
import type { OpName } from './operations/operation';

/**
 * What an operation can fail with.
 *
 * | code | meaning |
 * |---|---|
 * | `ERR_MOVER_PAGE_FAULT` | a page of an operand is not there: for the engine, or as a mapped file was truncated |
 * | `ERR_MOVER_QUEUE_FULL` | a work queue refused the descriptor and nobody waits for it |
 * | `ERR_MOVER_NO_DEVICE` | hardware was demanded and there is none |
 * | `ERR_MOVER_NO_PERMISSION` | there is hardware, and this process may not use it |
 * | `ERR_MOVER_UNSUPPORTED` | this engine cannot honour the operation or an option of it |
 * | `ERR_MOVER_OVERLAP` | ranges overlap where the operation forbids it |
 * | `ERR_MOVER_ALIGNMENT` | an address is not aligned as an engine of one's own demands |
 * | `ERR_MOVER_LENGTH` | lengths differ, or exceed what one descriptor can say (4 GiB - 1) |
 * | `ERR_MOVER_DELTA` | a delta record is malformed |
 * | `ERR_MOVER_DIF` | a data integrity field is wrong |
 * | `ERR_MOVER_BATCH` | a member of a batch, or a step of a sequence, failed: see its `cause` |
 * | `ERR_MOVER_TIMEOUT` | not complete within `timeoutMs`; an engine may still use its memory |
 * | `ERR_MOVER_NOT_ATTEMPTED` | abandoned behind a fence, or in a sequence, after a failure |
 * | `ERR_MOVER_DEVICE` | the engine answered with a status that names no fault of the caller; a mapped file cannot be written back |
 * | `ERR_MOVER_OUT_OF_SLOTS` | no room in the job table |
 * | `ERR_FUTURE_PENDING` | the output of a future was read before it completed |
 * | `ERR_MOVER_CLOSED` | the mover, pool, region, map or runtime was closed |
 * | `ERR_BTT_LAYOUT` | there is no block device in the file, or another than was asked for |
 * | `ERR_BTT_IN_USE` | another process has the block device open |
 * | `ERR_BTT_BAD_BLOCK` | the block was marked bad, and has not been written since |
 * | `ERR_BTT_READ_ONLY` | the metadata of the block device is damaged, so that it can only be read |
 */
export type MoverErrorCode =
  | 'ERR_MOVER_PAGE_FAULT'
  | 'ERR_MOVER_QUEUE_FULL'
  | 'ERR_MOVER_NO_DEVICE'
  | 'ERR_MOVER_NO_PERMISSION'
  | 'ERR_MOVER_UNSUPPORTED'
  | 'ERR_MOVER_OVERLAP'
  | 'ERR_MOVER_ALIGNMENT'
  | 'ERR_MOVER_LENGTH'
  | 'ERR_MOVER_DELTA'
  | 'ERR_MOVER_DIF'
  | 'ERR_MOVER_BATCH'
  | 'ERR_MOVER_TIMEOUT'
  | 'ERR_MOVER_NOT_ATTEMPTED'
  | 'ERR_MOVER_DEVICE'
  | 'ERR_MOVER_OUT_OF_SLOTS'
  | 'ERR_FUTURE_PENDING'
  | 'ERR_MOVER_CLOSED'
  | 'ERR_BTT_LAYOUT'
  | 'ERR_BTT_IN_USE'
  | 'ERR_BTT_BAD_BLOCK'
  | 'ERR_BTT_READ_ONLY';

/**
 * Where an access faulted: in which argument of the operation, and where in it. Devices say no more than
 * the page: `offset` is that of the page's first byte in the argument, or 0.
 */
export interface Fault {
  readonly access: 'read' | 'write';
  readonly argument: string;
  readonly offset: number;
}

/** What is known of a failed operation beside its code. */
export interface MoverErrorDetails {
  readonly operation?: OpName | undefined;
  /** Raw status byte of the completion record. */
  readonly status?: number | undefined;
  readonly bytesCompleted?: number | undefined;
  readonly fault?: Fault | undefined;
  /** Position in a batch or sequence. */
  readonly index?: number | undefined;
}

const noDetails: Readonly<Record<keyof MoverErrorDetails, undefined>> = {
  operation: undefined,
  status: undefined,
  bytesCompleted: undefined,
  fault: undefined,
  index: undefined,
};

/** The outcome of an operation that failed. Bad arguments are `TypeError` or `RangeError`. */
export class MoverError extends Error {
  override readonly name = 'MoverError';
  readonly code: MoverErrorCode;
  readonly operation: OpName | undefined;
  readonly status: number | undefined;
  readonly bytesCompleted: number | undefined;
  readonly fault: Fault | undefined;
  readonly index: number | undefined;

  constructor(code: MoverErrorCode, message: string, details?: MoverErrorDetails) {
    super(message);
    this.code = code;
    // Those that are left out are not looked for on Object.prototype.
    const known: MoverErrorDetails = { ...noDetails, ...details };
    this.operation = known.operation;
    this.status = known.status;
    this.bytesCompleted = known.bytesCompleted;
    this.fault = known.fault;
    this.index = known.index;
  }
}

const codeOfStatus: Readonly<Record<number, MoverErrorCode>> = bare({
  [Status.PageFault]: 'ERR_MOVER_PAGE_FAULT',
  [Status.PageResponseError]: 'ERR_MOVER_PAGE_FAULT',
  [Status.BatchError]: 'ERR_MOVER_BATCH',
  [Status.DifError]: 'ERR_MOVER_DIF',
  [Status.DeltaOffsetOrder]: 'ERR_MOVER_DELTA',
  [Status.DeltaOffsetRange]: 'ERR_MOVER_DELTA',
  [Status.DeltaRecordSize]: 'ERR_MOVER_DELTA',
  [Status.UnsupportedOpcode]: 'ERR_MOVER_UNSUPPORTED',
  [Status.InvalidFlags]: 'ERR_MOVER_UNSUPPORTED',
  [Status.TransferSize]: 'ERR_MOVER_LENGTH',
  [Status.DescriptorCount]: 'ERR_MOVER_LENGTH',
  [Status.Overlap]: 'ERR_MOVER_OVERLAP',
  [Status.DualcastAlignment]: 'ERR_MOVER_ALIGNMENT',
  [Status.ListAlignment]: 'ERR_MOVER_ALIGNMENT',
  [Status.MisalignedAddress]: 'ERR_MOVER_ALIGNMENT',
});

/** The error for a completion record whose status is neither success nor a false predicate. */
export function statusError(
  operation: OpName,
  status: number,
  bytesCompleted: number,
  fault?: Fault,
): MoverError {
  const code = codeOfStatus[status & Status.Mask] ?? 'ERR_MOVER_DEVICE';
  const what = `0x${status.toString(16).padStart(2, '0')} (${statusName(status)})`;
  // A device may name no more than the page.
  const where =
    code === 'ERR_MOVER_DELTA'
      ? ` at byte ${String(bytesCompleted)} of record`
      : fault && ` in the page of byte ${String(fault.offset)} of ${fault.argument}`;
  const text = `${operation}: the engine answered ${what}${where ?? ''}`;
  return new MoverError(code, text, { operation, status, bytesCompleted, fault });
}

/** The error for work whose queue answers no more, or is not there any more. */
export function lostError(operation: OpName | undefined): MoverError {
  return new MoverError(
    'ERR_MOVER_DEVICE',
    `${operation ?? 'the operation'}: its work queue does not answer; npx datamover doctor says more`,
    { operation },
  );
}

/** The error for an argument whose buffer is detached. */
export function detachedError(name: string): TypeError {
  return typeError(
    'ERR_MOVER_BUFFER_DETACHED',
    `${name} is detached: its memory was transferred elsewhere`,
  );
}

/** The error for work that is given to a mover or pool after its end. */
export function closedError(what: string, remedy: string): MoverError {
  return new MoverError('ERR_MOVER_CLOSED', `${what} is closed: ${remedy}`);
}

/** The error for work that nobody can go on with: what did it was cut off, and nobody knows how far it came. */
export function cutOffError(): Error {
  return new Error('cut off in its midst, by a full stack or a time limit');
}

/** Codes of bad arguments, on `TypeError` and `RangeError`, beside those of `MoverErrorCode`. */
export type ArgumentErrorCode =
  | 'ERR_ILLEGAL_CONSTRUCTOR'
  | 'ERR_INVALID_ARG_TYPE'
  | 'ERR_INVALID_ARG_VALUE'
  | 'ERR_INVALID_RETURN_VALUE'
  | 'ERR_OUT_OF_RANGE'
  | 'ERR_MOVER_BUFFER_DETACHED'
  | 'ERR_MOVER_BUFFER_IMMUTABLE'
  | 'ERR_MOVER_BUFFER_RESIZABLE';

/** A `TypeError` with a code: an argument is not of the kind that is needed. */
export function typeError(code: ArgumentErrorCode, message: string): TypeError {
  return Object.assign(new TypeError(message), { code });
}

/** The error for a constructor that is the library's alone. @param how - what makes objects of the class */
export function illegalConstructor(name: string, how: string): TypeError {
  const article = /^[AEIOU]/.test(name) ? 'an' : 'a';
  return typeError('ERR_ILLEGAL_CONSTRUCTOR', `${article} ${name} is made by ${how}`);
}

/** A `RangeError` with a code: an argument is of the right kind and has an impossible value. */
export function rangeError(code: ArgumentErrorCode | MoverErrorCode, message: string): RangeError {
  return Object.assign(new RangeError(message), { code });
}

/** How a wrong value is named in a message: its type, or the value itself where that is short. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `string '${value.length > 24 ? `${value.slice(0, 24)}…` : value}'`;
    case 'number':
    case 'boolean':
      return `${typeof value} ${String(value)}`;
    case 'bigint':
      return `bigint ${String(value)}n`;
    case 'object':
      if (value === null) return 'null';
      // Asked for anything else, one that was revoked throws.
      if (types.isProxy(value)) return 'a proxy';
      return Array.isArray(value) ? 'an array' : ArrayBuffer.isView(value) ? 'a view' : 'an object';
    default:
      return typeof value;
  }
}
