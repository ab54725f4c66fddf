import { addon } from '../addon';
import type { Pace } from './btt-pace';
import type { ChangeRequest } from './btt-requests';

/** What a change does to its block. The numbers are those of native code. */
export const enum ChangeKind {
  /** The data that was copied is durable. */
  Write = 0,
  /** It has yet to be made so. */
  WriteToFlush = 1,
  Zero = 2,
  Bad = 3,
}

/** Changes that were committed. */
interface Committed {
  readonly changes: readonly ChangeRequest[];
  /** An errno for each; undefined: 0 for all. */
  readonly errors: readonly number[] | undefined;
  /** So many of them know. */
  settled: number;
}

/**
 * Makes changes durable, which releases their lanes, all that come in one go of the microtasks together:
 * what a commit costs beside its stores (fences, syncs, a look at the file's size) is paid once for them.
 *
 * Where pages have to be synced that is done off the event loop; one commit is under way at a time then, and
 * what comes meanwhile is committed in the next.
 */
export class Commits {
  readonly #device: number;
  readonly #pages: boolean;
  readonly #pace: Pace;
  #next: ChangeRequest[] = [];
  #words = new Float64Array(3 * 16);
  /** A commit is under way, or will begin by itself. */
  #busy = false;
  /** Where it was cut off while they were told, the rest are told with the next. */
  #committed: Committed = { changes: [], errors: undefined, settled: 0 };
  readonly #turn = (): void => {
    this.#busy = false;
    this.#start();
  };

  /** @param pages - have to be synced */
  constructor(device: number, pages: boolean, pace: Pace) {
    this.#device = device;
    this.#pages = pages;
    this.#pace = pace;
  }

  add(change: ChangeRequest): void {
    if (!this.#busy) this.#pace.soon(this.#turn);
    this.#busy = true;
    this.#next.push(change);
  }

  /** For who polls, and waits for nothing: commits now, where that takes no other thread. */
  hurry(): void {
    if (!this.#pages) this.#start();
  }

  #start(): void {
    settle(this.#committed);
    const changes = this.#next;
    if (changes.length === 0) return;
    const words = this.#encode(changes);
    if (this.#pages) {
      this.#later(changes, words);
      return;
    }
    const errors = addon().bttCommit(this.#device, words, changes.length);
    // No call is made before this is noted.
    this.#next = [];
    this.#committed = { changes, errors, settled: 0 };
    settle(this.#committed);
  }

  #later(changes: readonly ChangeRequest[], words: Float64Array): void {
    this.#next = [];
    this.#busy = true;
    addon().bttCommitLater(this.#device, words, changes.length, (errors) => {
      this.#turn();
      settle({ changes, errors, settled: 0 });
    });
  }

  #encode(changes: readonly ChangeRequest[]): Float64Array {
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

function settle(committed: Committed): void {
  const { changes, errors } = committed;
  for (let index = committed.settled; index < changes.length; index = committed.settled) {
    changes[index].settled(errors === undefined ? 0 : errors[index]);
    // Who was told may have come here, too.
    if (committed.settled === index) committed.settled++;
  }
}
