import { clock, setImmediate } from '../clock';

/** For how long, in milliseconds, what is done on the spot may keep the event loop from its turn. */
const SPELL_MS = 1;

/**
 * Whether the loop of this thread is due its turn: what goes on in the microtasks is to go on there then.
 *
 * What ends on the spot is followed by more in the same go of the microtasks; left to itself, that never
 * comes to an end, and no timer or socket has its turn.
 */
export class Spell {
  readonly #each: number;
  /** The loop's next turn is waited for. */
  #waiting = false;
  #over = false;
  #looks = 0;
  /** Since when, by the clock. */
  #since = 0;
  readonly #turn = (): void => {
    this.#waiting = this.#over = false;
  };

  /** @param each - so many looks at it are one at the clock */
  constructor(each: number) {
    this.#each = each;
  }

  /** Looks at it: something is done on the spot. */
  isOver(): boolean {
    if (!this.#waiting) {
      setImmediate(this.#turn);
      this.#waiting = true;
      this.#looks = 0;
      this.#since = clock();
    } else if (!this.#over && ++this.#looks >= this.#each) {
      this.#looks = 0;
      this.#over = clock() - this.#since >= SPELL_MS;
    }
    return this.#over;
  }
}

/** Of all futures that are awaited. */
const spell = new Spell(16);

export const loopIsDue = (): boolean => spell.isOver();
