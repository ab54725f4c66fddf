import { isRevoked } from '../check';
import { describe, typeError } from '../errors';
import type { Future } from './future';

/** Somebody who polls futures until they are complete: a `Runtime`, or a loop of one's own. */
export interface Driver {
  drive(future: Future<unknown>): void;
}

/** Who drives where nobody else was named: set by the runtime, whom futures do not know. */
export const standard: { driver: () => Driver } = {
  driver: () => {
    throw new Error('no runtime is loaded');
  },
};

/** @throws TypeError when `runtime` is neither undefined nor a runtime */
export function checkDriver(runtime: unknown): Driver | undefined {
  if (runtime === undefined) return undefined;
  const { drive } = (isRevoked(runtime) ? {} : Object(runtime)) as Partial<Driver>;
  if (typeof drive === 'function') return runtime as Driver;
  throw typeError(
    'ERR_INVALID_ARG_TYPE',
    `runtime must be a Runtime, or have a method 'drive'; got ${describe(runtime)}`,
  );
}
