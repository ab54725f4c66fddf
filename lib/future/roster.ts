import { Line, type Place } from './line';

/**
 * A map from objects, in the order in which they came, for what comes and goes all the time.
 *
 * A Map would do, but for the garbage collector: V8 renews the table of one that is written like that
 * again and again, and leaves the old ones behind with what they held and a reference to the next. Once
 * one of them has grown old, all that follow survive until a full collection, and half of all there
 * ever was with them.
 */
export class Roster<K extends object, V> {
  readonly #places = new WeakMap<K, Place<V>>();
  readonly #line = new Line<V>();

  get size(): number {
    return this.#line.size;
  }

  get(key: K): V | undefined {
    return this.#places.get(key)?.value;
  }

  /** The key must not be there. */
  add(key: K, value: V): void {
    this.#places.set(key, this.#line.add(value));
  }

  /** Whether it was there. */
  delete(key: K): boolean {
    const place = this.#places.get(key);
    if (place === undefined) return false;
    this.#line.leave(place);
    return this.#places.delete(key);
  }

  /** Takes out what no key leads to: of an `add` that was cut off. */
  prune(keyOf: (value: V) => K): void {
    this.#line.prune((value) => this.get(keyOf(value)) !== value);
  }

  /** Those that are there now, in their order. */
  values(): V[] {
    return this.#line.values();
  }
}
