import { FutureState, Pool, chain, chainOf, failed } from 'datamover';
import { SlotState, Table } from './table.mjs';

/** Keeps what a mover works on in whole cache lines. */
const ALIGN = 64;

/**
 * A map from unsigned 32-bit integers to values of one length. Any number of operations may be under
 * way at once: each is a future that locks the slot of its key, has a mover do the work, and
 * publishes the slot in its new state. Those on one key come one after the other, in any order.
 *
 * Who begins an operation sees it through, or cancels it: it may hold a lock.
 */
export class HashMap {
  #mover;
  #valueBytes;
  #pool = new Pool();
  #table;

  constructor(mover, { capacity, valueBytes }) {
    this.#mover = mover;
    this.#valueBytes = valueBytes;
    const memory = this.#pool.alloc(Table.bytes(capacity, valueBytes), ALIGN);
    this.#table = new Table(memory, capacity, valueBytes);
  }

  /**
   * Whether anything was written: an equal value that is there already is left alone. A put that
   * fails while it writes leaves the key out of the map, rather than with half a value.
   */
  put(key, value) {
    if (value.length !== this.#valueBytes) {
      return failed(new RangeError(`values have ${this.#valueBytes} bytes; got ${value.length}`));
    }
    const operation = { key, slot: undefined, leaves: undefined, written: false };
    const write = chainOf(operation, [
      { name: 'lock', init: () => this.#lock(operation, { claim: true }) },
      {
        name: 'compare',
        init: ({ slot, leaves }) => {
          if (leaves !== SlotState.Present) return undefined;
          return this.#mover.futures.equals(this.#table.value(slot), value);
        },
        // By now the next entry has its future, made by `init`; completing it skips the copy.
        map: (equal, copy, operation) => {
          operation.written = !equal;
          if (equal) copy.state = FutureState.Complete;
          else operation.leaves = SlotState.Removed;
        },
      },
      {
        name: 'copy',
        init: ({ slot }) => this.#mover.futures.copy(this.#table.value(slot), value),
        map: (_output, _next, operation) => {
          operation.leaves = SlotState.Present;
        },
      },
    ]);
    return chain(write)
      .next(({ written }) => written)
      .lastly(() => this.#publish(operation));
  }

  /** A copy of the value, or undefined. */
  get(key) {
    const operation = { key, slot: undefined, leaves: undefined };
    return chain(() => this.#lock(operation))
      .next(({ slot }) => {
        if (slot === undefined) return undefined;
        const target = Buffer.alloc(this.#valueBytes);
        return this.#mover.futures.copy(target, this.#table.value(slot));
      })
      .lastly(() => this.#publish(operation));
  }

  /** Whether the key was there. Its value is wiped. */
  remove(key) {
    const operation = { key, slot: undefined, leaves: undefined };
    return chain(() => this.#lock(operation))
      .next(({ slot }) => {
        if (slot === undefined) return false;
        operation.leaves = SlotState.Removed;
        const wipe = this.#mover.futures.fill(this.#table.value(slot), 0);
        return chain(wipe).next(() => true);
      })
      .lastly(() => this.#publish(operation));
  }

  /** Gives the memory back; no operation may be under way. */
  close() {
    this.#pool[Symbol.dispose]();
  }

  /**
   * Locks the slot of the operation's key. With `claim` it takes a vacant one for a key that is not
   * there; else the operation is without a slot then.
   */
  #lock(operation, { claim = false } = {}) {
    const table = this.#table;
    const map = () => {
      let slot = table.find(operation.key);
      // The lock is another's: run this entry again, in a later poll.
      if (slot !== undefined && table.state(slot) === SlotState.Locked) return 'again';
      operation.leaves = slot === undefined ? SlotState.Removed : SlotState.Present;
      if (claim) slot ??= table.vacancy(operation.key);
      if (slot !== undefined) table.lock(slot, operation.key);
      else if (claim) throw new Error('the map is full');
      operation.slot = slot;
      return undefined;
    };
    return chainOf(operation, [{ name: 'look up and lock', map }]);
  }

  /** Unlocks the slot with what the operation leaves there. */
  #publish({ slot, leaves }) {
    if (slot !== undefined) this.#table.unlock(slot, leaves);
  }
}
