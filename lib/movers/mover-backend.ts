import type { FutureState } from '../future/future';
import type { Notifier } from '../future/notifier';
import type { OpArguments } from '../operations/op-arguments';
import type { OpName } from '../operations/operation';
import type { Capabilities } from './capabilities';
import type { GivenOptions } from './options';

/**
 * What an engine of one's own can do; what it does not say, it cannot. `depth` is for its users to
 * know: it keeps to it itself, by not starting more.
 */
export type BackendCapabilities = Partial<
  Omit<Capabilities, 'operations' | 'notifiers' | 'paths' | 'numaNodes'>
> & {
  readonly operations: Iterable<OpName>;
  /** Default: software. */
  readonly paths?: Iterable<'hardware' | 'software'>;
  readonly numaNodes?: Iterable<number>;
  readonly notifiers?: Iterable<'waker' | 'poller'>;
};

/** The name of an operation, and what it works on: to be told apart by the name. */
export type OpCall = {
  [K in OpName]: [op: K, args: OpArguments[K] & { readonly options: GivenOptions }];
}[OpName];

/**
 * An engine of one's own, for `moverFrom`. A handle is whatever it knows an operation by.
 *
 * Every operation is created and started in the first poll of its future, so that a future which is
 * never polled takes nothing. What a method throws is what the future fails with; its handle is
 * dropped then.
 */
export interface MoverBackend<H = unknown> {
  readonly name: string;
  readonly capabilities: BackendCapabilities;
  /**
   * Takes what the operation needs. Null: there is no room, and the future fails.
   *
   * It is asked for what a descriptor can say: deltas over up to 512 KiB at addresses that are
   * multiples of 8, as their lengths are, and dualcasts to addresses that agree modulo 4096. Where a
   * program asks for more, that comes as several of these, and copies.
   *
   * `args.options` are the general options that were given.
   */
  create(...[op, args]: OpCall): H | null;
  /**
   * Starts it; false: not now, the future stays idle and the next poll tries again. With `notifier`
   * it may choose how it says that there is room, or something to check: both ways are offered, and
   * the choice holds until it is started again, or ends. Memory may be used from here on until `check` says
   * `Complete`.
   */
  start(handle: H, notifier: Notifier): boolean;
  /** `Idle`: it has to be started again. Called in every poll, first in that which started it. */
  check(handle: H): FutureState;
  /**
   * The output, and the end of the handle. Operations that give back their destination (`copy`,
   * `move`, `fill`, `dualcast`, `applyDelta`) do so whatever this returns.
   */
  finish(handle: H): unknown;
  /**
   * The end of a handle without an output: cancelled before the start, failed, or abandoned, when
   * nobody has the future any more.
   */
  drop?(handle: H): void;
  /** Called once at the end of `mover.close()`, which waits for it. */
  close?(): void | PromiseLike<void>;
}
