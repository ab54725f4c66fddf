import { conceal } from '../conceal';
import { closedError, describe, MoverError, typeError } from '../errors';
import { FinalizationRegistry } from '../finalization';
import { asError } from '../future/as-error';
import { Phase } from '../future/base-future';
import { standard } from '../future/driver';
import { FutureState } from '../future/future';
import { callWake, Notifier } from '../future/notifier';
import { onAbort } from '../future/on-abort';
import { PolledFuture } from '../future/polled-future';
import { callTheirs } from '../future/report';
import { Slot } from '../future/slot';
import {
  detached,
  givesDestination,
  intact,
  type Operands,
  type Operation,
  type OpName,
} from '../operations/operation';
import type { Capabilities } from './capabilities';
import type { MoverBackend, OpCall } from './mover-backend';
import type { Settings } from './options';

/** The engine that custom futures belong to. */
export interface Home<H> {
  readonly backend: MoverBackend<H>;
  readonly capabilities: Capabilities;
  readonly closed: boolean;
  /** A handle was taken. */
  add(held: Held<H>): void;
  /** A handle came to its end. */
  remove(held: Held<H>): void;
}

/** A handle that has not come to its end. */
export interface Held<H> {
  readonly home: Home<H>;
  readonly handle: H;
  /** It may be abandoned before. */
  readonly future: WeakRef<PolledFuture<unknown>>;
  /** Stops listening to the signal. */
  readonly unlisten: (() => void) | undefined;
}

const abandoned = new FinalizationRegistry<Held<unknown>>((held) => {
  held.unlisten?.();
  drop(held);
});

function drop<H>(held: Held<H>): void {
  held.home.remove(held);
  callTheirs(() => held.home.backend.drop?.(held.handle));
}

/** What the engine is asked for. */
const verbOf = ({ name, verb = name }: Operation): OpName => verb;

/**
 * An operation of an engine of one's own as a future.
 *
 * Neither a signal nor the engine holds it, unless somebody waits to be woken: when nobody has it
 * any more, its handle is dropped.
 */
export class CustomFuture<H, T> extends PolledFuture<T> {
  static {
    conceal(this, 'operations of a mover');
  }

  readonly #home: Home<H>;
  readonly #settings: Settings;
  /** They keep the memory alive until the end. */
  #operands: Operands<T> | undefined;
  #held: Held<H> | undefined;
  #eager = false;
  /** Cancelled or aborted while the engine had it: it is not started again. */
  #withdrawn: { readonly reason: unknown; readonly bySignal: boolean } | undefined;
  /** How often the engine called the waker. */
  #wakes = 0;
  readonly #notifier: Notifier;
  /** What the engine's waker holds: the future, while somebody waits to be woken by it. */
  readonly #waited: { future: object | undefined } = { future: undefined };

  constructor(home: Home<H>, operands: Operands<T>, settings: Settings) {
    super();
    this.#home = home;
    this.#operands = operands;
    this.#settings = settings;
    const weak = new WeakRef(this);
    const waited = this.#waited;
    const wake = (): void => {
      waited.future = undefined;
      const alive = weak.deref();
      if (alive === undefined) return;
      alive.#wakes++;
      alive.wake();
    };
    this.#notifier = new Notifier({ wake, poller: true });
    if (settings.signal?.aborted === true) super.cancel(settings.signal.reason);
  }

  has(property: string): boolean {
    return property === 'async' && !this.done && this.#home.capabilities.async;
  }

  /** Begins now; the event loop finishes it, and a failure that nobody looks at is reported. */
  start(): void {
    this.#eager = true;
    this.poll();
    if (this.done) void this.promise();
    else standard.driver().drive(this);
  }

  /** Who cancels need not look at the failure. */
  override cancel(reason?: unknown): boolean {
    this.#eager = false;
    return this.#withdraw(reason, false);
  }

  /** @internal */
  override stop(): boolean {
    return this.phase === Phase.Idle && !this.polling;
  }

  override complete(value: T): void {
    super.complete(value);
    this.#end();
  }

  override fail(error: Error): void {
    super.fail(error);
    this.#end();
    if (this.#eager) void this.promise();
  }

  protected override advance(notifier: Notifier | null): Phase.Idle | Phase.Running {
    const { backend } = this.#home;
    const wakes = this.#wakes;
    const held = this.#open();
    if (held === undefined) return Phase.Idle;
    const { handle } = held;
    if (this.phase === Phase.Idle) {
      this.#checkWithdrawn();
      this.#notifier.clear();
      const started: unknown = backend.start(handle, this.#notifier);
      if (typeof started !== 'boolean')
        throw badReturn('start', 'a boolean', backend.name, started);
      if (!started) {
        this.#checkWithdrawn();
        if (notifier !== null) this.#tell(notifier, wakes);
        return Phase.Idle;
      }
    }
    const state: unknown = backend.check(handle);
    if (state === FutureState.Complete) this.#finish(held);
    else if (state === FutureState.Idle) this.#checkWithdrawn();
    else if (state !== FutureState.Running)
      throw badReturn('check', 'a FutureState', backend.name, state);
    else if (notifier !== null) this.#tell(notifier, wakes);
    return state === FutureState.Idle ? Phase.Idle : Phase.Running;
  }

  /** Before it is started, or started again. @throws the reason why it is not to be */
  #checkWithdrawn(): void {
    if (this.#withdrawn !== undefined) throw asError(this.#withdrawn.reason);
  }

  /** The handle; undefined where none is needed. */
  #open(): Held<H> | undefined {
    if (this.#held !== undefined) return this.#held;
    const { backend, closed } = this.#home;
    const { signal, given } = this.#settings;
    const operands = this.#operands!;
    const { operation, length } = operands;
    if (closed) throw closedError(`the mover '${backend.name}'`, 'open another');
    if (signal?.aborted === true) throw asError(signal.reason);
    if (length === 0 && operation.empty !== undefined) {
      this.complete(operation.empty(operands));
      return undefined;
    }
    if (!intact(operands)) throw detached(operands);
    const args = { ...operation.args(operands), options: given };
    const handle = backend.create(...([verbOf(operation), args] as unknown as OpCall));
    if (handle === null) {
      const text = `${operation.name}: the mover '${backend.name}' has no room for it`;
      throw new MoverError('ERR_MOVER_OUT_OF_SLOTS', text, { operation: operation.name });
    }
    return this.#hold(handle);
  }

  #hold(handle: H): Held<H> {
    const { signal } = this.#settings;
    const future = new WeakRef(this);
    const abort = (): void => {
      const alive = future.deref();
      if (alive !== undefined) alive.#withdraw(signal?.reason, true);
    };
    const unlisten = signal === undefined ? undefined : onAbort(signal, abort);
    this.#held = { home: this.#home, handle, future, unlisten };
    this.#home.add(this.#held);
    abandoned.register(this, this.#held, this);
    if (signal?.aborted === true) throw asError(signal.reason);
    return this.#held;
  }

  #withdraw(reason: unknown, bySignal: boolean): boolean {
    if (super.cancel(reason)) return true;
    this.#withdrawn ??= { reason, bySignal };
    return false;
  }

  #finish({ home, handle }: Held<H>): void {
    const operands = this.#operands!;
    const output = home.backend.finish(handle);
    home.remove(this.#release()!);
    if (this.#withdrawn?.bySignal === true) throw asError(this.#withdrawn.reason);
    if (!intact(operands)) throw detached(operands);
    this.complete((givesDestination(operands.operation) ? operands.value : output) as T);
  }

  /** What the engine chose is offered on, to whoever polls now. */
  #tell(notifier: Notifier, wakes: number): void {
    const { used, slot } = this.#notifier;
    if (used === 'none') return;
    if (slot !== undefined) {
      notifier.usePoller(slot);
      return;
    }
    const wake = notifier.useWaker();
    if (wake === undefined) {
      notifier.usePoller(new Slot(() => this.done || this.#wakes > wakes));
      return;
    }
    this.#waited.future = this;
    if (this.#wakes > wakes) callWake(wake);
  }

  /** The handle is no longer this future's. */
  #release(): Held<H> | undefined {
    const held = this.#held;
    this.#held = undefined;
    held?.unlisten?.();
    abandoned.unregister(this);
    return held;
  }

  #end(): void {
    this.#operands = this.#waited.future = undefined;
    const held = this.#release();
    if (held !== undefined) drop(held);
  }
}

function badReturn(method: string, what: string, name: string, got: unknown): TypeError {
  return typeError(
    'ERR_INVALID_RETURN_VALUE',
    `${method}() of the mover '${name}' must return ${what}; got ${describe(got)}`,
  );
}
