import { addon } from '../addon';
import { describe, MoverError, typeError } from '../errors';
import { environment, hasOwn } from '../intrinsics';

/** Whose kernels the software engine works with: those of this package, or Intel DML's. */
export type EngineName = 'datamover' | 'intel-dml';

export const DEFAULT_ENGINE: EngineName = 'datamover';

const names: readonly string[] = [DEFAULT_ENGINE, 'intel-dml'] satisfies EngineName[];

/** Options of every mover that has a software engine. */
export interface SoftwareOptions {
  /**
   * Whose kernels the software engine works with. Default: what `DATAMOVER_ENGINE` in the environment
   * says when the mover is made, else `datamover`. `intel-dml` is there where the addon was compiled
   * with Intel DML; what DML's software path does otherwise than a device is not left to it.
   */
  engine?: EngineName;
}

/**
 * The engine that is asked for by option, else by the environment. Whether there is such a one is to
 * be seen: see `kernelsOf`.
 *
 * @throws TypeError
 */
export function engineAsked(option: unknown): string {
  if (option === undefined) return environment('DATAMOVER_ENGINE') || DEFAULT_ENGINE;
  if (typeof option === 'string') return option;
  throw typeError('ERR_INVALID_ARG_TYPE', `engine must be a string; got ${describe(option)}`);
}

/** @throws MoverError `ERR_MOVER_UNSUPPORTED` when there is no such engine, or none in this build */
export function kernelsOf(asked: string): EngineName {
  if (!names.includes(asked)) {
    throw new MoverError(
      'ERR_MOVER_UNSUPPORTED',
      `there is no engine '${asked}'; there are: ${names.join(', ')}. ` +
        'Change the option engine, or DATAMOVER_ENGINE in the environment',
    );
  }
  if (asked === 'intel-dml' && !hasOwn(addon(), 'intelDml')) {
    throw new MoverError(
      'ERR_MOVER_UNSUPPORTED',
      "the engine 'intel-dml' is not in this build. Where Intel DML is installed, compile it in with " +
        'this command: DML_ROOT=/where/it/is npx datamover build',
    );
  }
  return asked as EngineName;
}
