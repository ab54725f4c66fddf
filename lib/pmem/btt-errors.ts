import { getSystemErrorName } from 'node:util';
import { MoverError } from '../errors';
import { hasOwn } from '../intrinsics';
import { goneError } from './lost';

/** Whether somebody may still write to the memory: a device that stopped answering. */
export function isLost(error: Error): boolean {
  const known = error as Partial<MoverError>;
  const { code } = known;
  if (code !== 'ERR_MOVER_DEVICE') return code === 'ERR_MOVER_TIMEOUT';
  // Of an engine of one's own it may be no `MoverError`, and say nothing of a status.
  return !hasOwn(error, 'status') || known.status === undefined;
}

const EFAULT = 14;
const EROFS = 30;

/** Why a change was not made; undefined: it was. */
export function commitError(errno: number, block: number): Error | undefined {
  if (errno === 0) return undefined;
  if (errno === EFAULT) return goneError(`block ${String(block)}`);
  if (errno === EROFS) return readOnlyError();
  const text = `block ${String(block)}: writing the file back failed with ${getSystemErrorName(-errno)}`;
  return new MoverError('ERR_MOVER_DEVICE', text);
}

export function readOnlyError(): MoverError {
  const text = 'the device is read only: its metadata is damaged; check() says more';
  return new MoverError('ERR_BTT_READ_ONLY', text);
}
