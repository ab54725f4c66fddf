import { addon } from '../addon';

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
  readonly kind: ChangeKind;
  readonly lane: number;
  readonly block: number;
  /** @param errno - 0: the change is durable, and whole */
  end(errno: number): void;
}

/** How changes become durable. */
export interface Commits {
  add(change: Change): void;
}

/** At once, where nothing has to be waited for but the CPU's caches. */
export class CommitNow implements Commits {
  readonly #device: number;

  constructor(device: number) {
    this.#device = device;
  }

  add(change: Change): void {
    change.end(addon().bttCommit(this.#device, change.kind, change.lane, change.block));
  }
}

/**
 * Off the event loop, where pages have to be synced. One commit is under way at a time, and what comes
 * meanwhile is committed together in the next.
 */
export class CommitTogether implements Commits {
  readonly #device: number;
  #next: Change[] = [];
  #words = new Float64Array(3 * 16);
  #busy = false;

  constructor(device: number) {
    this.#device = device;
  }

  add(change: Change): void {
    this.#next.push(change);
    if (this.#busy) return;
    this.#busy = true;
    queueMicrotask(() => {
      this.#start();
    });
  }

  #start(): void {
    const changes = this.#next;
    this.#next = [];
    this.#busy = changes.length > 0;
    if (!this.#busy) return;
    addon().bttCommitTogether(this.#device, this.#encode(changes), changes.length, (errors) => {
      this.#start();
      for (const [index, change] of changes.entries()) change.end(errors?.[index] ?? 0);
    });
  }

  #encode(changes: readonly Change[]): Float64Array {
    if (this.#words.length < 3 * changes.length) this.#words = new Float64Array(6 * changes.length);
    let at = 0;
    for (const { kind, lane, block } of changes) {
      this.#words[at++] = kind;
      this.#words[at++] = lane;
      this.#words[at++] = block;
    }
    return this.#words;
  }
}
