import {
  checkBoolean,
  checkFunction,
  checkNames,
  checkObject,
  noIfRevoked,
  noOptions,
} from '../check';
import { describe, typeError } from '../errors';
import { epoch } from './epoch';
import { callTheirs } from './report';

/** Where a completion becomes visible. Reading it is reading memory: no native call, no progress. */
export interface PollSlot {
  /** Once true it stays true. The future is complete as soon as it is polled again. */
  readonly done: boolean;
}

export type Wake = () => void;

/** What the poller of a future offers to be told by. */
export interface NotifierOffer {
  /**
   * To be called, on this thread, when the future can make progress. It may be called more than
   * once and for no reason, and from within any poll: it should note the call and return. Its
   * asynchronous context is that of whatever makes the future ready: where it needs its own, give
   * `AsyncResource.bind(wake)` of `node:async_hooks`, whose cost is paid by those alone who need it.
   */
  wake?: Wake;
  /** The poller would watch a location. */
  poller?: boolean;
}

const names = ['wake', 'poller'];

/**
 * How a future says that it can make progress, so that it need not be polled all the time. The
 * caller of `poll` offers, the future chooses, and the caller reads from `used` what it chose:
 *
 * - `none`: nothing; poll again,
 * - `waker`: `wake` is called when it is time to poll again; until the future is complete it stays
 *   armed, also when others poll the future with notifiers of their own,
 * - `poller`: `slot.done` becomes true when it is time to poll again.
 *
 * Every poll begins with `none`. Have one notifier for each future.
 */
export class Notifier {
  readonly #wake: Wake | undefined;
  readonly #poller: boolean;
  #used: 'none' | 'waker' | 'poller' = 'none';
  #slot: PollSlot | undefined;

  /** @throws TypeError for an offer of the wrong kind */
  constructor(offer: NotifierOffer = noOptions) {
    checkObject('offer', offer);
    checkNames(offer, names);
    const { wake, poller } = offer;
    if (wake !== undefined) checkFunction('wake', wake);
    this.#wake = wake;
    this.#poller = checkBoolean('poller', poller) === true;
  }

  /** What the future chose in the last poll. */
  get used(): 'none' | 'waker' | 'poller' {
    return this.#used;
  }

  /** What to watch, where the poller was chosen. */
  get slot(): PollSlot | undefined {
    return this.#slot;
  }

  /** For futures: chooses the waker, and gives it; undefined where none was offered. */
  useWaker(): Wake | undefined {
    if (this.#wake === undefined) return undefined;
    this.clear();
    this.#used = 'waker';
    return this.#wake;
  }

  /** For futures: chooses the poller; false where none was offered. @throws TypeError for no slot */
  usePoller(slot: PollSlot): boolean {
    if (!isSlot(slot)) {
      throw typeError('ERR_INVALID_ARG_TYPE', `slot must have a 'done'; got ${describe(slot)}`);
    }
    if (!this.#poller) return false;
    this.#used = 'poller';
    this.#slot = slot;
    return true;
  }

  /** For futures: forgets the choice. Every `poll` begins with it. */
  clear(): void {
    this.#used = 'none';
    this.#slot = undefined;
  }
}

function isSlot(value: unknown): boolean {
  try {
    return typeof value === 'object' && value !== null && 'done' in value;
  } catch (error) {
    return noIfRevoked(value, error);
  }
}

/** By what it can do, where it is none of ours. */
function isNotifier(value: unknown): boolean {
  try {
    if (value instanceof Notifier) return true;
    const { useWaker, usePoller, clear } = value as Partial<Notifier>;
    return [useWaker, usePoller, clear].every((method) => typeof method === 'function');
  } catch (error) {
    return noIfRevoked(value, error);
  }
}

/** The argument of a poll, cleared; null where nothing is offered. @throws TypeError */
export function offered(notifier: Notifier | null | undefined): Notifier | null {
  if (notifier === undefined || notifier === null) return null;
  if (isNotifier(notifier)) {
    notifier.clear();
    return notifier;
  }
  throw typeError(
    'ERR_INVALID_ARG_TYPE',
    `poll takes a Notifier, or nothing; got ${describe(notifier)}`,
  );
}

/** Calls a waker, if there is one. Where the stack is full it is called again when that is empty: nobody else wakes those who wait. */
export function callWake(wake: Wake | undefined): void {
  if (wake !== undefined) callTheirs(wake, wakeAgain);
}

function wakeAgain(wake: Wake): void {
  epoch.now++;
  callTheirs(wake);
}

/** Wakers to be called when a future can make progress, by the notifiers that they were taken from. */
export type Wakers = Map<Notifier, Wake>;

export function wakeAll(wakers: Wakers): void {
  for (const wake of wakers.values()) callWake(wake);
}
