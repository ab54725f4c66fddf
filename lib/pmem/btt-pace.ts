import { clock, queueMicrotask, setImmediate } from '../clock';

/** For how long, in milliseconds, requests may keep the event loop from its turn. */
const SPELL = 1;

/**
 * When a device goes on. Requests that end on the spot are followed by others in the same go of the
 * microtasks; left to themselves, these would never come to an end, and the event loop to no turn.
 */
export class Pace {
  /** The loop's next turn is waited for. */
  #waiting = false;
  /** Since when, by the clock. */
  #since = 0;
  readonly #turn = (): void => {
    this.#waiting = false;
  };

  /** Does it behind the microtasks that wait already, or in the loop's next turn where that is due. */
  soon(work: () => void): void {
    const now = clock();
    if (!this.#waiting) {
      setImmediate(this.#turn);
      this.#waiting = true;
      this.#since = now;
    }
    if (now - this.#since < SPELL) queueMicrotask(work);
    else setImmediate(work);
  }
}
