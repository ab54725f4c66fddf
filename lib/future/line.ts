/** A place in a line. Who has it gives it back; more than once does nothing. */
export interface Place<V> {
  readonly value: V;
  before: Place<V> | undefined;
  after: Place<V> | undefined;
  gone: boolean;
}

/** Values in the order in which they came, from whose midst any may leave. */
export class Line<V> {
  #first: Place<V> | undefined;
  #last: Place<V> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(value: V): Place<V> {
    const place: Place<V> = { value, before: this.#last, after: undefined, gone: false };
    if (this.#last === undefined) this.#first = place;
    else this.#last.after = place;
    this.#last = place;
    this.#size++;
    return place;
  }

  leave(place: Place<V>): void {
    const { before, after } = place;
    if (place.gone) return;
    place.gone = true;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    // What has gone leads to nothing that is still there.
    place.before = place.after = undefined;
    this.#size--;
  }

  /** Those leave of which `has` says so. */
  prune(has: (value: V) => boolean): void {
    for (let place = this.#first; place !== undefined;) {
      const { after } = place;
      if (has(place.value)) this.leave(place);
      place = after;
    }
  }

  /** Those that are there now, in their order. */
  values(): V[] {
    const values: V[] = [];
    for (let place = this.#first; place !== undefined; place = place.after) {
      values.push(place.value);
    }
    return values;
  }
}
