import { MoverError, statusError } from '../errors';
import { hasOwn } from '../intrinsics';
import type { Range } from '../memory/range';
import {
  defineOperation,
  type ArgumentNames,
  type Operands,
  type Operation,
  type OpName,
} from './operation';

/** An operation that does a part of another, and speaks in its name. */
export function partOf<T, X>(
  part: Operation<T, X>,
  name: OpName,
  names: ArgumentNames,
): Operation<T, X> {
  return defineOperation({ ...part, name, names, verb: part.name });
}

/** Operands of a copy, or of a part that is one. */
export function partOperands(operation: Operation, destination: Range, source: Range): Operands {
  return {
    operation,
    length: destination.length,
    flags: 0,
    destination,
    source,
    second: null,
    extra: undefined,
    value: undefined,
  };
}

/**
 * The error of a part as that of the whole.
 *
 * @param completed - where what `bytesCompleted` counts begins in the whole
 * @param begin - where the part of each argument begins in it, by name
 */
export function errorOfWhole(
  error: Error,
  completed: number,
  begin: Readonly<Record<string, number>>,
): Error {
  if (!(error instanceof MoverError)) return error;
  const { operation, status, bytesCompleted = 0, fault } = error;
  if (operation === undefined || status === undefined) return error;
  const known = fault !== undefined && hasOwn(begin, fault.argument);
  const moved = fault && {
    ...fault,
    offset: fault.offset + (known ? begin[fault.argument] : 0),
  };
  return statusError(operation, status, completed + bytesCompleted, moved);
}
