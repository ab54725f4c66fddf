import { setTimeout } from '../clock';
import { defer } from '../future/base-future';
import { epoch } from '../future/epoch';
import { callTheirs } from '../future/report';
import type { Pace } from './btt-pace';
import type { Request } from './btt-request';

const PATIENCE_MS = 1;

/**
 * Those who wait for a lane, in the order in which they came. No lock and no thread waits: whoever has
 * ended his work lets the next one begin.
 *
 * A program may be stopped wherever it calls. So it is arranged for, before somebody begins or goes on,
 * that he is looked at behind the microtasks that wait already.
 */
export class LaneQueue {
  /** In flight at once. */
  readonly most: number;
  readonly #pace: Pace;
  /** Other threads are to leave the next lane. */
  readonly #starve: () => void;
  readonly #waiting: Request<unknown>[] = [];
  /** Index of the first in line. */
  #first = 0;
  #inFlight = 0;
  /** The epoch in which it lets them begin; 0: it does not. */
  #pumping = 0;
  /** To be looked at, and whether it is arranged for. */
  #looks: Request<unknown>[] = [];
  #arranged = false;
  #timer: NodeJS.Timeout | undefined;
  #idle: (() => void) | undefined;
  readonly #look = (): void => {
    epoch.now++;
    const looks = this.#looks;
    this.#looks = [];
    this.#arranged = false;
    for (const request of looks) callTheirs(() => request.look());
    if (looks.length > 0) this.pump();
    else this.#rest();
  };

  constructor(most: number, pace: Pace, starve: () => void) {
    this.most = most;
    this.#pace = pace;
    this.#starve = starve;
  }

  enter(request: Request<unknown>): void {
    this.#arrange();
    // Most find a lane, and need not wait in line.
    const first = this.#waiting.length === 0 && this.#inFlight < this.most;
    if (first && this.#begin(request)) return;
    this.#waiting.push(request);
    this.pump();
  }

  /** It is about to go on, called by the program. */
  lookAt(request: Request<unknown>): void {
    this.#arrange();
    this.#looks.push(request);
  }

  /** Work has come to its end; calls nothing. Then `pump()`. */
  leave(): void {
    this.#inFlight--;
  }

  /** Lets those begin for whom there are lanes. */
  pump(): void {
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
    this.#rest();
  }

  /** Resolves when nobody waits and nothing is in flight. */
  idle(): Promise<unknown> {
    const idle = defer();
    this.#idle = () => {
      idle.resolve(undefined);
    };
    // Not at once: a hook of the program may have come here while somebody enters.
    if (this.#inFlight === 0 && this.#first === this.#waiting.length) this.#arrange();
    return idle.promise;
  }

  #begin(request: Request<unknown>): boolean {
    // First: it may call hooks of the program, which may withdraw the request.
    this.#arrange();
    if (!request.waits) return true;
    if (!request.take()) return false;
    // Nothing is called: a time limit may strike where a method of the language is.
    this.#inFlight++;
    this.#looks[this.#looks.length] = request;
    try {
      request.goOn();
    } catch {
      // It has begun, and is looked at soon.
    }
    return true;
  }

  #arrange(): void {
    if (this.#arranged) return;
    this.#pace.soon(this.#look);
    this.#arranged = true;
  }

  /** When no more can begin. */
  #rest(): void {
    this.#tidy();
    if (this.#inFlight > 0) return;
    if (this.#waiting.length > 0) this.#lookAgain();
    else this.#idle?.();
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
      this.pump();
    }, PATIENCE_MS);
  }
}
