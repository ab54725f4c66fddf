import { existsSync } from 'node:fs';
import { MoverError } from '../errors';

const sysfsRoot = (): string => process.env['DSA_SYSFS_PATH'] ?? '/sys/bus/dsa/devices';

/** Why there is no hardware path, with what was looked for. */
export function noDevice(): MoverError {
  const root = sysfsRoot();
  const found = existsSync(root)
    ? `${root} is there, but this version cannot submit to work queues yet`
    : `${root} does not exist`;
  return new MoverError('ERR_MOVER_NO_DEVICE', `no Intel DSA: ${found}`);
}
