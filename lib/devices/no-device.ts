import { MoverError } from '../errors';
import { scanDevices } from './scan';
import type { Unusable } from './usable-queues';

/**
 * Why there is no hardware path, with what was looked for.
 *
 * @param unusable - queues that were found
 */
export function noDevice(unusable: readonly Unusable[] = []): MoverError {
  const { root, found, devices } = scanDevices();
  const help = 'npx datamover doctor says what to do';
  if (!found) {
    return new MoverError('ERR_MOVER_NO_DEVICE', `no Intel DSA: ${root} does not exist`);
  }
  if (devices.length === 0) {
    return new MoverError('ERR_MOVER_NO_DEVICE', `no Intel DSA: ${root} names none; ${help}`);
  }
  const code = unusable.some(({ permission }) => permission)
    ? 'ERR_MOVER_NO_PERMISSION'
    : 'ERR_MOVER_NO_DEVICE';
  const reasons = unusable.map(({ name, why }) => `${name}: ${why}`);
  const text = reasons.length > 0 ? reasons.join('; ') : 'it has no work queues';
  return new MoverError(code, `no work queue of an Intel DSA can be used: ${text}. ${help}`);
}
