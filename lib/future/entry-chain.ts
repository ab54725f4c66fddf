import { checkFunction, checkNames, checkObject, isArray } from '../check';
import { conceal } from '../conceal';
import { describe, typeError } from '../errors';
import { thrown } from './as-error';
import { Phase } from './base-future';
import { CompositeFuture, stopPart } from './composite-future';
import { FutureState, type Future, type FutureProperty } from './future';
import { abandon, adopt } from './foreign-future';
import { checkFuture, isThenable, returnedFuture } from './is-future';
import type { Notifier } from './notifier';

/** The entry behind the one that a map belongs to. */
export interface NextEntry {
  /** Setting it to `Complete` skips the entry: its future is not polled, its own map still runs. */
  state: FutureState;
}

/** One future of a chain, and what happens when it completes. */
export interface Entry<S, T = unknown> {
  /** For messages. */
  name?: string;
  /** The future; or `init`, which makes it when the chain comes to it. With neither it is complete. */
  future?: Future<T>;
  /** Undefined: the entry is complete from the start. */
  init?: (state: S) => Future<T> | undefined;
  /**
   * Called when the future is complete, after the `init` of the next entry and before its first
   * poll. The output is undefined for an entry that was skipped or has no future; `next` is null
   * for the last entry. `'again'` runs this entry once more, from `init` on, in a later poll.
   */
  map?(output: T | undefined, next: NextEntry | null, state: S): 'again' | undefined;
}

/** Any number of entries; the types of the first eight outputs are inferred, the others declared. */
export type EntriesOf<S, A, B, C, D, E, F, G, H> = readonly [
  Entry<S, A>?,
  Entry<S, B>?,
  Entry<S, C>?,
  Entry<S, D>?,
  Entry<S, E>?,
  Entry<S, F>?,
  Entry<S, G>?,
  Entry<S, H>?,
  ...Entry<S>[],
];

/** A chain of entries as a future of its state. */
export interface EntryChain<S> extends Future<S> {
  /** Which entries have completed and been mapped. */
  readonly processed: readonly boolean[];
}

/** An entry under way. */
interface Slot {
  initialised: boolean;
  skipped: boolean;
  future: Future<unknown> | undefined;
}

class Entries<S> extends CompositeFuture<S> implements EntryChain<S> {
  static {
    conceal(this, 'chainOf()');
  }

  readonly #context: S;
  readonly #entries: readonly Entry<S>[];
  readonly #slots: Slot[];
  /** The first entry that is not processed. */
  #at = 0;

  constructor(context: S, entries: readonly Entry<S>[]) {
    super();
    this.#context = context;
    this.#entries = entries;
    this.#slots = entries.map(({ init, future }) => ({
      initialised: init === undefined,
      skipped: false,
      future: future === undefined ? undefined : adopt(future),
    }));
  }

  get processed(): readonly boolean[] {
    return this.#entries.map((_, index) => index < this.#at);
  }

  /** Of the first entry that is not processed, whose `init` is called for it. */
  has(property: FutureProperty): boolean {
    if (this.done || this.polling || this.#at === this.#entries.length) return false;
    this.polling = true;
    try {
      return this.#open(this.#at).future?.has(property) ?? false;
    } catch (error) {
      this.fail(thrown(error));
      return false;
    } finally {
      this.polling = false;
    }
  }

  protected override advance(notifier: Notifier | null): Phase.Running {
    while (!this.done && this.#at < this.#entries.length) {
      notifier?.clear();
      if (!this.#slots[this.#at].initialised) this.checkCancelled();
      const { future, skipped } = this.#open(this.#at);
      if (this.cancelled !== undefined) future?.cancel(this.cancelled);
      const wanted = skipped ? undefined : future;
      if (wanted !== undefined) {
        wanted.poll(notifier);
        if (!wanted.done) return Phase.Running;
        notifier?.clear();
        if (this.cancelled === undefined && wanted.error !== undefined) throw wanted.error;
      }
      this.checkCancelled();
      if (!this.#process(wanted?.output)) return Phase.Running;
    }
    this.checkCancelled();
    this.complete(this.#context);
    return Phase.Running;
  }

  protected override stopParts(reason: Error): boolean {
    const future = this.#slots.at(this.#at)?.future;
    return future === undefined || stopPart(future, reason);
  }

  /** Futures that were made and will not be polled are let go. */
  override fail(error: Error): void {
    for (const { future } of this.#slots.slice(this.#at))
      if (future !== undefined) abandon(future, error);
    super.fail(error);
  }

  /** Maps the entry that has completed; false when it is to run again. */
  #process(output: unknown): boolean {
    const index = this.#at;
    const entry = this.#entries[index];
    const next = index + 1 < this.#entries.length ? index + 1 : undefined;
    if (entry.map !== undefined) {
      if (next !== undefined) this.#open(next);
      const handle = next === undefined ? null : this.#handle(next);
      const said: unknown = entry.map(output, handle, this.#context);
      if (said === 'again') {
        this.#rewind(index);
        return false;
      }
      if (typeof said === 'string' || isThenable(said)) throw this.#badMap(index, said);
    }
    this.#slots[index].future = undefined;
    this.#at++;
    return true;
  }

  #open(index: number): Slot {
    const slot = this.#slots[index];
    if (slot.initialised) return slot;
    slot.initialised = true;
    const name = `init of entry ${this.#nameOf(index)}`;
    const future = this.#entries[index].init!(this.#context);
    if ((future as unknown) === this) {
      throw typeError('ERR_INVALID_RETURN_VALUE', `${name}: the chain cannot wait for itself`);
    }
    slot.future = future === undefined ? undefined : returnedFuture(name, future);
    // It may have cancelled the chain that it is in.
    if (this.cancelled !== undefined) slot.future?.cancel(this.cancelled);
    return slot;
  }

  #rewind(index: number): void {
    const { init, future } = this.#entries[index];
    if (init === undefined && future !== undefined) {
      throw typeError(
        'ERR_INVALID_RETURN_VALUE',
        `entry ${this.#nameOf(index)} cannot run again: its future is complete; give it an init`,
      );
    }
    this.#slots[index] = { initialised: init === undefined, skipped: false, future: undefined };
  }

  #handle(index: number): NextEntry {
    const slot = this.#slots[index];
    return {
      get state() {
        return slot.skipped ? FutureState.Complete : (slot.future?.state ?? FutureState.Complete);
      },
      set state(state) {
        if (state !== FutureState.Complete) {
          throw typeError(
            'ERR_INVALID_ARG_VALUE',
            `the next entry can be skipped by FutureState.Complete, nothing else; got ${describe(state)}`,
          );
        }
        slot.skipped = true;
        if (slot.future !== undefined) abandon(slot.future);
      },
    };
  }

  #badMap(index: number, said: unknown): TypeError {
    const what = isThenable(said) ? 'a promise, which nobody waits for' : describe(said);
    return typeError(
      'ERR_INVALID_RETURN_VALUE',
      `map of entry ${this.#nameOf(index)} must return 'again' or nothing; got ${what}`,
    );
  }

  #nameOf(index: number): string {
    const { name } = this.#entries[index];
    return name === undefined ? String(index) : `${String(index)} ('${name}')`;
  }
}

const entryNames = ['name', 'future', 'init', 'map'];

function checkEntry<S>(given: unknown, index: number): Entry<S> {
  const name = `entries[${String(index)}]`;
  checkObject(name, given, false);
  const entry = given as Entry<S>;
  checkNames(entry, entryNames);
  if (entry.future !== undefined) checkFuture(`${name}.future`, entry.future);
  for (const key of ['init', 'map'] as const) {
    const value = (given as Record<string, unknown>)[key];
    if (value !== undefined) checkFunction(`${name}.${key}`, value);
  }
  if (entry.future === undefined || entry.init === undefined) return entry;
  throw typeError('ERR_INVALID_ARG_VALUE', `${name} has both a future and an init`);
}

/**
 * A chain by its entries, over a state that they share and that is its output.
 *
 * A poll goes on from the first entry that is not processed: its `init` (once), a poll of its
 * future; when that is complete, the `init` of the next entry, then the `map`, then the next entry
 * in the same poll. A failure of one fails the chain.
 *
 * @throws TypeError for a state or entries of the wrong kind
 */
export function chainOf<S extends object, A, B, C, D, E, F, G, H>(
  state: S,
  entries: EntriesOf<S, A, B, C, D, E, F, G, H>,
): EntryChain<S> {
  if (typeof state !== 'object' || (state as unknown) === null) {
    throw typeError('ERR_INVALID_ARG_TYPE', `state must be an object; got ${describe(state)}`);
  }
  if (!isArray(entries)) {
    throw typeError('ERR_INVALID_ARG_TYPE', `entries must be an array; got ${describe(entries)}`);
  }
  return new Entries(state, Array.from(entries as readonly unknown[], checkEntry<S>));
}
