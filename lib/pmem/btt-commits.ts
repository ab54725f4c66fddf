import { addon } from '../addon';
import type { Pace } from './btt-pace';

/** What a change does to its block. The numbers are those of native code. */
export const enum ChangeKind {
  /** The data that was copied is durable. */
  Write = 0,
  /** It has yet to be made so. */
  WriteToFlush = 1,
  Zero = 2,
  Bad = 3,
}

/** A change that is to be made durable. Its lane is released by that. */
export interface Change {
  readonly change: ChangeKind;
  readonly lane: number;
  readonly block: number;
  /** @param errno - 0: the change is durable, and whole */
  settled(errno: number): void;
}

/** An errno for each change; undefined: 0 for all. */
type Errors = readonly number[] | undefined;

/**
 * Makes changes durable, all that come in one go of the microtasks together: what a commit costs beside
 * its stores (fences, syncs, a look at the file's size) is paid once for them.
 *
 * Where pages have to be synced that is done off the event loop; one commit is under way at a time then, and
 * what comes meanwhile is committed in the next.
 */
export class Commits {
  readonly #device: number;
  readonly #pages: boolean;
  readonly #pace: Pace;
  #next: Change[] = [];
  #words = new Float64Array(3 * 16);
  /** A commit is under way, or will begin by itself. */
  #busy = false;
  readonly #start = (): void => {
    const changes = this.#next;
    this.#busy = this.#pages && changes.length > 0;
    if (changes.length === 0) return;
    this.#next = [];
    const words = this.#encode(changes);
    if (!this.#pages) {
      settle(changes, addon().bttCommit(this.#device, words, changes.length));
      return;
    }
    addon().bttCommitLater(this.#device, words, changes.length, (errors) => {
      this.#start();
      settle(changes, errors);
    });
  };

  /** @param pages - have to be synced */
  constructor(device: number, pages: boolean, pace: Pace) {
    this.#device = device;
    this.#pages = pages;
    this.#pace = pace;
  }

  add(change: Change): void {
    this.#next.push(change);
    if (this.#busy) return;
    this.#pace.soon(this.#start);
    this.#busy = true;
  }

  /** For who polls, and waits for nothing: commits now, where that takes no other thread. */
  hurry(): void {
    if (!this.#pages) this.#start();
  }

  #encode(changes: readonly Change[]): Float64Array {
    if (this.#words.length < 3 * changes.length) this.#words = new Float64Array(6 * changes.length);
    let at = 0;
    for (const { change, lane, block } of changes) {
      this.#words[at++] = change;
      this.#words[at++] = lane;
      this.#words[at++] = block;
    }
    return this.#words;
  }
}

function settle(changes: readonly Change[], errors: Errors): void {
  for (let index = 0; index < changes.length; index++) {
    changes[index].settled(errors === undefined ? 0 : errors[index]);
  }
}
