import type { Channel } from './channel';
import type { Choice } from './choice';
import type { Future } from '../future/future';
import type { Operands, OpName } from '../operations/operation';
import type { OperationStarter } from './operation-starter';
import type { Settings } from './options';
import type { Explanation } from './explain';
import type { Hidden, MoverStats } from './statistics';
import type { UnderWay } from './under-way';

/** Who carries out the operations of a mover and of all its views. */
export interface Backend extends OperationStarter {
  readonly name: string;
  /** Works that take more than one job. */
  readonly underWay: UnderWay;
  readonly limits: UnderWay;
  /** Begins the jobs of a batch, to be handed over together; undefined: where that makes no difference. */
  readonly together: ((begin: () => void) => void) | undefined;
  /** Operations without an object for each; undefined: where there are none. @throws as `operate` */
  readonly channel: ((depth: number, settings: Settings) => Channel) | undefined;
  /** What was done otherwise than it was asked for. */
  readonly hidden: Hidden;
  /**
   * Looks at what is to be done in several jobs.
   *
   * @throws MoverError as `operate`
   */
  admit(operands: Operands, settings: Settings): void;
  /**
   * One of these jobs, not begun: for a work that is under way, also while the mover is being closed.
   *
   * @throws MoverError as `operate`
   */
  part<T, X>(operands: Operands<T, X>, settings: Settings): Future<T>;
  /** Resolves when an operation would begin without waiting in line. */
  ready(): Promise<void>;
  stats(): MoverStats;
  /** Who would do the operation. */
  explain(op: OpName, bytes: number, settings: Settings): Explanation;
  /** Opens what serves it, if it has to be opened. */
  readonly open: (() => Promise<void>) | undefined;
  /** What decides which engine does a job; undefined where there is but one. */
  readonly choice: Choice | undefined;
  /** Measures every gathering of jobs for it, or some as ever. */
  readonly measureAll: ((all: boolean) => void) | undefined;
  /** Waits for what is under way; no more is accepted from now on. */
  close(): Promise<void>;
}
