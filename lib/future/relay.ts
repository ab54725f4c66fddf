import { conceal } from '../conceal';
import { Notifier, type PollSlot, type Wake } from './notifier';

/**
 * What a task is offered in the place of its caller's notifier: the waker is one that wakes all who
 * wait for the future, whoever polled last.
 */
export class Relay extends Notifier {
  static {
    conceal(this, 'future()');
  }

  readonly #wake: Wake;
  #offer!: Notifier;

  constructor(wake: Wake) {
    super();
    this.#wake = wake;
  }

  /** Stands for this notifier from now on: it does for some whenever a task has it. */
  serve(offer: Notifier): this {
    this.#offer = offer;
    return this;
  }

  override get used(): 'none' | 'waker' | 'poller' {
    return this.#offer.used;
  }

  override get slot(): PollSlot | undefined {
    return this.#offer.slot;
  }

  override useWaker(): Wake | undefined {
    return this.#offer.useWaker() === undefined ? undefined : this.#wake;
  }

  override usePoller(slot: PollSlot): boolean {
    return this.#offer.usePoller(slot);
  }

  override clear(): void {
    this.#offer.clear();
  }
}
