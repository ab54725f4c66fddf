interface Entry<V> {
  readonly value: V;
  before: Entry<V> | undefined;
  after: Entry<V> | undefined;
}

/**
 * A map from objects, in the order in which they came, for what comes and goes all the time.
 *
 * A Map would do, but for the garbage collector: V8 renews the table of one that is written like that
 * again and again, and leaves the old ones behind with what they held and a reference to the next. Once
 * one of them has grown old, all that follow survive until a full collection, and half of all there
 * ever was with them.
 */
export class Roster<K extends object, V> {
  readonly #entries = new WeakMap<K, Entry<V>>();
  #first: Entry<V> | undefined;
  #last: Entry<V> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key)?.value;
  }

  /** The key must not be there. */
  add(key: K, value: V): void {
    const entry = { value, before: this.#last, after: undefined };
    if (this.#last === undefined) this.#first = entry;
    else this.#last.after = entry;
    this.#last = entry;
    this.#entries.set(key, entry);
    this.#size++;
  }

  /** Whether it was there. */
  delete(key: K): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    const { before, after } = entry;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    // What has gone leads to nothing that is still there.
    entry.before = entry.after = undefined;
    this.#entries.delete(key);
    this.#size--;
    return true;
  }

  /** Those that are there now, in their order. */
  values(): V[] {
    const values: V[] = [];
    for (let entry = this.#first; entry !== undefined; entry = entry.after) {
      values.push(entry.value);
    }
    return values;
  }
}
