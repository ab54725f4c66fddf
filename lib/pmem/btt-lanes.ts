import { setTimeout } from '../clock';
import { epoch } from '../future/epoch';

/** Something that needs a lane to begin. */
export interface Waiting {
  /** Nobody wants it any more. */
  readonly done: boolean;
  /** Takes a lane and begins; false: no lane is free. */
  take(): boolean;
}

const PATIENCE_MS = 1;

/**
 * Those who wait for a lane, in the order in which they came. No lock and no thread waits: whoever has
 * ended his work lets the next one begin.
 */
export class LaneQueue {
  /** In flight at once. */
  readonly most: number;
  /** Other threads are to leave the next lane. */
  readonly #starve: () => void;
  readonly #waiting: Waiting[] = [];
  /** Index of the first in line. */
  #first = 0;
  #inFlight = 0;
  /** The epoch in which it lets them begin; 0: it does not. */
  #pumping = 0;
  #timer: NodeJS.Timeout | undefined;
  #idle: (() => void) | undefined;

  constructor(most: number, starve: () => void) {
    this.most = most;
    this.#starve = starve;
  }

  enter(waiting: Waiting): void {
    // Most find a lane, and need not wait in line.
    if (this.#waiting.length === 0 && this.#inFlight < this.most && this.#begin(waiting)) return;
    this.#waiting.push(waiting);
    this.#pump();
  }

  /** Work has come to its end. */
  leave(): void {
    this.#inFlight--;
    this.#pump();
  }

  /** Resolves when nobody waits and nothing is in flight. */
  async idle(): Promise<void> {
    if (this.#inFlight === 0 && this.#first === this.#waiting.length) return;
    await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  #pump(): void {
    if (this.#pumping === epoch.now) return;
    this.#pumping = epoch.now;
    try {
      while (this.#first < this.#waiting.length && this.#inFlight < this.most) {
        if (!this.#begin(this.#waiting[this.#first])) break;
        this.#first++;
      }
    } finally {
      this.#pumping = 0;
    }
    this.#tidy();
    if (this.#inFlight > 0) return;
    if (this.#waiting.length > 0) this.#lookAgain();
    else this.#idle?.();
  }

  #begin(waiting: Waiting): boolean {
    if (waiting.done) return true;
    if (!waiting.take()) return false;
    this.#inFlight++;
    return true;
  }

  /** Keeps the line short without moving all of it each time. */
  #tidy(): void {
    if (this.#first === this.#waiting.length) this.#waiting.length = 0;
    else if (this.#first >= 1024) this.#waiting.splice(0, this.#first);
    else return;
    this.#first = 0;
  }

  /** Other threads have all lanes, and say nothing when they release one. */
  #lookAgain(): void {
    this.#starve();
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#pump();
    }, PATIENCE_MS);
  }
}
