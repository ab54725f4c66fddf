import type { Pace } from './btt-pace';

/** A request that waits for its copy. */
export interface Copying {
  /** Goes on where the copy has ended already, and sees to it that it goes on at its end otherwise. */
  look(): void;
}

/**
 * Copies that were begun in one go of the microtasks. Those that the calling thread does itself have ended
 * by the time it is through with them: they need no promise to be told of.
 */
export class Copies {
  readonly #pace: Pace;
  #begun: Copying[] = [];
  readonly #look = (): void => {
    const begun = this.#begun;
    this.#begun = [];
    for (const request of begun) request.look();
  };

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** A copy was begun, whose mover has seen to it that it is carried on. */
  add(request: Copying): void {
    if (this.#begun.push(request) === 1) this.#pace.soon(this.#look);
  }
}
