import type { Future } from '../future/future';
import type { Operands, OpName } from '../operations/operation';
import type { Capabilities } from './capabilities';
import type { Settings } from './options';
import type { Explanation, MoverStats } from './statistics';
import type { Thresholds } from './thresholds';
import type { UnderWay } from './under-way';

/** Who carries out the operations of a mover and of all its views. */
export interface Backend {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** Works that take more than one job. */
  readonly underWay: UnderWay;
  /**
   * An operation as a future.
   *
   * @param eager - it begins now, and a failure that nobody looks at is reported
   * @throws MoverError `ERR_MOVER_CLOSED`, `ERR_MOVER_UNSUPPORTED`, `ERR_MOVER_LENGTH`
   */
  operate<T, X>(operands: Operands<T, X>, settings: Settings, eager: boolean): Future<T>;
  /** Resolves when an operation would begin without waiting in line. */
  ready(): Promise<void>;
  stats(): MoverStats;
  /** Who would do the operation. */
  explain(op: OpName, bytes: number, settings: Settings): Explanation;
  /** Opens what serves it, if it has to be opened. */
  open?(): Promise<void>;
  /** From now on these sizes decide; absent where nothing is to be decided. */
  setThresholds?(thresholds: Thresholds): void;
  /** Waits for what is under way; no more is accepted from now on. */
  close(): Promise<void>;
}
