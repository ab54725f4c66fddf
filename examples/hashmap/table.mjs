/** A slot is never `Free` again once it was used: the keys behind it are found by probing past it. */
export const SlotState = { Free: 0, Present: 1, Removed: 2, Locked: 3 };

const WORD = Uint32Array.BYTES_PER_ELEMENT;

/**
 * An open-addressed table in flat memory: the states of all slots, then their keys (unsigned 32-bit
 * integers), then their values. A locked slot has its key already.
 */
export class Table {
  /** Bytes of memory for so many slots. */
  static bytes(capacity, valueBytes) {
    return capacity * (2 * WORD + valueBytes);
  }

  #states;
  #keys;
  #values;
  #capacity;
  #valueBytes;

  /** @param memory - zeroed, aligned to 4 bytes */
  constructor(memory, capacity, valueBytes) {
    const { buffer, byteOffset } = memory;
    this.#states = new Uint32Array(buffer, byteOffset, capacity);
    this.#keys = new Uint32Array(buffer, byteOffset + capacity * WORD, capacity);
    this.#values = memory.subarray(2 * capacity * WORD);
    this.#capacity = capacity;
    this.#valueBytes = valueBytes;
  }

  /** The slot of a key, which may be locked; undefined when the key is not there. */
  find(key) {
    for (const slot of this.#probe(key)) {
      const state = this.#states[slot];
      if (state === SlotState.Free) return undefined;
      if (this.#keys[slot] === key && state !== SlotState.Removed) return slot;
    }
    return undefined;
  }

  /** Where a key that is not there belongs; undefined when the table is full. */
  vacancy(key) {
    for (const slot of this.#probe(key)) {
      const state = this.#states[slot];
      if (state === SlotState.Free || state === SlotState.Removed) return slot;
    }
    return undefined;
  }

  state(slot) {
    return this.#states[slot];
  }

  lock(slot, key) {
    this.#states[slot] = SlotState.Locked;
    this.#keys[slot] = key;
  }

  unlock(slot, state) {
    this.#states[slot] = state;
  }

  value(slot) {
    const begin = slot * this.#valueBytes;
    return this.#values.subarray(begin, begin + this.#valueBytes);
  }

  /** Every slot once, from the one that the key hashes to. */
  *#probe(key) {
    const first = (Math.imul(key, 0x9e37_79b1) >>> 0) % this.#capacity;
    for (let step = 0; step < this.#capacity; step++) yield (first + step) % this.#capacity;
  }
}
