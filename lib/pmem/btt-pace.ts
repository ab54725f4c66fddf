import { queueMicrotask, setImmediate } from '../clock';
import { Spell } from '../future/spell';

/** When a device goes on: requests that end on the spot are followed by others. */
export class Pace {
  readonly #spell = new Spell(1);

  /** Does it behind the microtasks that wait already, or in the loop's next turn where that is due. */
  soon(work: () => void): void {
    if (this.#spell.isOver()) setImmediate(work);
    else queueMicrotask(work);
  }
}
