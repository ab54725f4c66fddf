import { closedError, describe, MoverError, typeError } from '../errors';
import { asError, Phase } from '../future/base-future';
import { standard } from '../future/driver';
import { FutureState } from '../future/future';
import { Notifier } from '../future/notifier';
import { onAbort } from '../future/on-abort';
import { PolledFuture } from '../future/polled-future';
import { detached, intact, type Operands } from '../operations/operation';
import type { CreateArguments, MoverBackend } from './mover-backend';
import type { Settings } from './options';

/** The engine that custom futures belong to. */
export interface Home<H> {
  readonly backend: MoverBackend<H>;
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
}

const abandoned = new FinalizationRegistry<Held<unknown>>((held) => {
  held.home.remove(held);
  held.home.backend.drop?.(held.handle);
});

/** Their output is the destination that they were given. */
const givesDestination: ReadonlySet<string> = new Set(['copy', 'move', 'fill', 'dualcast']);

/** An operation of an engine of one's own as a future. */
export class CustomFuture<H, T> extends PolledFuture<T> {
  readonly #home: Home<H>;
  readonly #settings: Settings;
  /** They keep the memory alive until the end. */
  #operands: Operands<T> | undefined;
  #held: Held<H> | undefined;
  #eager = false;
  #unlisten: (() => void) | undefined;
  /** Why the signal fired when it was too late to withdraw the operation. */
  #late: { readonly reason: unknown } | undefined;
  /** The engine has called the waker since the last poll. */
  #woken = false;
  readonly #notifier = new Notifier({
    wake: () => {
      this.#woken = true;
      this.wake();
    },
    poller: true,
  });

  constructor(home: Home<H>, operands: Operands<T>, settings: Settings) {
    super();
    this.#home = home;
    this.#operands = operands;
    this.#settings = settings;
    if (settings.signal?.aborted === true) this.#abort(settings.signal.reason);
  }

  has(property: string): boolean {
    return property === 'async' && !this.done && this.#home.backend.capabilities.async === true;
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
    return super.cancel(reason);
  }

  /** @internal */
  override stop(): boolean {
    return this.phase === Phase.Idle;
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
    this.#woken = false;
    const held = this.#open();
    if (held === undefined) return Phase.Idle;
    if (this.phase === Phase.Idle) {
      this.#notifier.clear();
      if (!backend.start(held.handle, this.#notifier)) return Phase.Idle;
    }
    const state: unknown = backend.check(held.handle);
    if (state === FutureState.Complete) this.#finish(held);
    else if (state === FutureState.Running) this.#tell(notifier);
    else if (state !== FutureState.Idle) throw badState(backend.name, state);
    return state === FutureState.Running ? Phase.Running : Phase.Idle;
  }

  /** The handle; undefined where none was needed. */
  #open(): Held<H> | undefined {
    if (this.#held !== undefined) return this.#held;
    const { backend, closed } = this.#home;
    if (closed) throw closedError(`the mover '${backend.name}'`, 'open another');
    const operands = this.#operands!;
    const { operation, length } = operands;
    if (length === 0 && operation.empty !== undefined) {
      this.complete(operation.empty(operands));
      return undefined;
    }
    if (!intact(operands)) throw detached(operands);
    const call = [operation.name, operation.args(operands), this.#settings.given];
    const handle = backend.create(...(call as CreateArguments));
    if (handle === null) {
      const text = `${operation.name}: the mover '${backend.name}' has no room for it`;
      throw new MoverError('ERR_MOVER_OUT_OF_SLOTS', text, { operation: operation.name });
    }
    this.#held = { home: this.#home, handle, future: new WeakRef<PolledFuture<unknown>>(this) };
    abandoned.register(this, this.#held, this);
    this.#home.add(this.#held);
    this.#listen();
    return this.#held;
  }

  #finish({ home, handle }: Held<H>): void {
    const operands = this.#operands!;
    const output = home.backend.finish(handle);
    this.#release();
    if (this.#late !== undefined) throw asError(this.#late.reason);
    if (!intact(operands)) throw detached(operands);
    const own = givesDestination.has(operands.operation.name);
    this.complete((own ? operands.value : output) as T);
  }

  /** What the engine chose is offered on, to whoever polls now. */
  #tell(notifier: Notifier | null): void {
    const { used, slot } = this.#notifier;
    if (notifier === null || used === 'none') return;
    if (slot !== undefined) {
      notifier.usePoller(slot);
      return;
    }
    const wake = notifier.useWaker();
    if (this.#woken) wake?.();
    if (wake === undefined) notifier.usePoller(this.#wakeSlot());
  }

  #wakeSlot(): { readonly done: boolean } {
    const woken = (): boolean => this.#woken || this.done;
    return {
      get done() {
        return woken();
      },
    };
  }

  #listen(): void {
    const { signal } = this.#settings;
    if (signal === undefined) return;
    this.#unlisten = onAbort(signal, () => {
      this.#abort(signal.reason);
    });
    if (signal.aborted) this.#abort(signal.reason);
  }

  #abort(reason: unknown): void {
    if (!super.cancel(reason)) this.#late = { reason };
  }

  /** The handle has come to its end. */
  #release(): void {
    if (this.#held === undefined) return;
    this.#home.remove(this.#held);
    this.#held = undefined;
    abandoned.unregister(this);
  }

  #end(): void {
    const held = this.#held;
    this.#release();
    this.#operands = undefined;
    this.#unlisten?.();
    if (held !== undefined) this.#home.backend.drop?.(held.handle);
  }
}

function badState(name: string, state: unknown): TypeError {
  return typeError(
    'ERR_INVALID_RETURN_VALUE',
    `check() of the mover '${name}' must return a FutureState; got ${describe(state)}`,
  );
}
