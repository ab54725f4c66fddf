/** The xorshift32 generator of the golden vectors: the same seed gives the same bytes everywhere. */
export class Random {
  #state: number;

  /** @param seed - not 0 */
  constructor(seed: number) {
    this.#state = seed;
  }

  word(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }

  /** An integer from 0 to `bound` - 1. */
  below(bound: number): number {
    return this.word() % bound;
  }

  bytes(length: number): Buffer {
    return this.fill(Buffer.alloc(length));
  }

  fill<B extends Uint8Array>(bytes: B): B {
    for (let index = 0; index < bytes.length; index++) bytes[index] = this.word() & 0xff;
    return bytes;
  }

  /** The items in another order. */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
    }
    return shuffled;
  }
}
