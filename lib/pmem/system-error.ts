import { constants } from 'node:os';
import { getSystemErrorMap, getSystemErrorName } from 'node:util';
import { MoverError } from '../errors';

const { EACCES, EINVAL, ENODEV, ENOTSUP, EOPNOTSUPP, EPERM } = constants.errno;

/** By which a system says that it cannot do this with the file, now or later. */
const lacks: ReadonlySet<number> = new Set([EACCES, EINVAL, ENODEV, ENOTSUP, EOPNOTSUPP, EPERM]);

/**
 * Why the system refuses: what it has too little of as `fs` says it (`EMFILE`, `ENOMEM`, `ENOSPC`), else
 * `ERR_MOVER_UNSUPPORTED`.
 *
 * @param what - was to be done
 */
export function systemError(errno: number, what: string, path: string): Error {
  const code = getSystemErrorName(-errno);
  const text = `${code}: ${getSystemErrorMap().get(-errno)?.[1] ?? 'refused'}, ${what} '${path}'`;
  if (lacks.has(errno)) return new MoverError('ERR_MOVER_UNSUPPORTED', text);
  return Object.assign(new Error(text), { code, errno: -errno, path });
}
