import { isFault, Status } from '../abi/completion-record';
import { Opcode } from '../abi/descriptor';
import type { Operation } from '../operations/operation';
import type { JobQueue } from './job-queue';

/** Whether a job whose record is there goes on after all: its record is pending again. */
export function goesOn(
  { hardware, table }: JobQueue,
  slot: number,
  operation: Operation | undefined,
): boolean {
  if (hardware?.engine.has(slot) !== true) return false;
  if (isUnfinished(table.records.status(slot), operation) && hardware.engine.resume(slot)) {
    return true;
  }
  hardware.engine.settled(slot);
  return false;
}

/** Whether a job that ended so has a result, rather than a failure. */
export function hasResult(status: number, { mismatch }: Operation): boolean {
  return status === Status.Success || status === Status.FalsePredicate || status === mismatch;
}

/** Whether the engine may know how to go on: after a page fault, and where a device is known to err. */
function isUnfinished(status: number, operation: Operation | undefined): boolean {
  if (operation === undefined) return false;
  return isFault(status) || (status === Status.Overlap && operation.opcode === Opcode.DifStrip);
}
