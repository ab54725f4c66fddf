import type { Future } from '../future/future';
import type { Range } from '../memory/range';
import type { Operands, Operation } from '../operations/operation';
import type { Capabilities } from './capabilities';
import type { Settings } from './options';
import type { UnderWay } from './under-way';
import type { Plan } from './work';

/** When the operations of a front begin: at once, or at the first poll. */
export type Tense = 'eager' | 'lazy';

/**
 * Who begins operations, or takes them down. What one does not have it says by undefined: what is left
 * out would be looked for on Object.prototype.
 */
export interface OperationStarter {
  readonly capabilities: Capabilities;
  /** Works that take more than one job; undefined where nothing begins. */
  readonly underWay: UnderWay | undefined;
  /** Operations with a limit of their own; undefined as before. */
  readonly limits: UnderWay | undefined;
  /**
   * An operation as a future.
   *
   * @param eager - it begins now, and a failure that nobody looks at is reported
   * @throws MoverError `ERR_MOVER_CLOSED`, `ERR_MOVER_UNSUPPORTED`, `ERR_MOVER_LENGTH`
   */
  operate<T, X>(operands: Operands<T, X>, settings: Settings, eager: boolean): Future<T>;
  /**
   * The same for a nop, copy or move that has no options and begins at its first poll, without an object
   * for its operands; undefined where these are needed.
   */
  readonly plain:
    | (<T>(
        operation: Operation<T, undefined>,
        destination: Range | null,
        source: Range | null,
        value: T,
      ) => Future<T>)
    | undefined;
  /** The same for one that takes more than one job. */
  work<T, X>(
    plan: Plan<T, X>,
    operands: Operands<T, X>,
    settings: Settings,
    eager: boolean,
  ): Future<T>;
  /** The future of an operation that was refused; undefined: one that has failed. */
  readonly failed: ((error: Error) => Future<never>) | undefined;
}
