import { isFault, Status, type Records } from '../abi/completion-record';
import { statusError, type Fault, type MoverError } from '../errors';
import { max } from '../intrinsics';
import type { Operands } from './operation';

const PAGE = 4096;

/** The error for a job whose record is that of a failure. */
export function recordError(records: Records, slot: number, operands: Operands): MoverError {
  const { name } = operands.operation;
  const status = records.status(slot);
  const fault = isFault(status) ? faultOf(records.faultAddress(slot), status, operands) : undefined;
  return statusError(name, status, records.bytesCompleted(slot), fault);
}

/** The argument that the access was to; a device may report no more than the page. */
function faultOf(address: number, status: number, operands: Operands): Fault | undefined {
  const access = (status & Status.WriteFault) === 0 ? 'read' : 'write';
  const order =
    access === 'read'
      ? (['source', 'second', 'destination'] as const)
      : (['destination', 'second', 'source'] as const);
  for (const role of order) {
    const range = operands[role];
    const argument = operands.operation.names[role];
    if (range === null || argument === undefined) continue;
    const offset = address - range.address;
    const begins = address % PAGE === 0 && offset < 0 && offset > -PAGE;
    if (begins || (offset >= 0 && offset < range.length)) {
      return { access, argument, offset: max(0, offset) };
    }
  }
  return undefined;
}
