const MOST = 2 ** 21;
const pattern = Buffer.alloc(MOST, 0xc5);

/** Memory that may be where other memory was, which nobody is to write. */
export class Canaries {
  readonly #all: readonly Buffer[];

  constructor(lengths: readonly number[]) {
    this.#all = lengths.map((length) => {
      const memory = Buffer.from(new ArrayBuffer(length));
      pattern.copy(memory);
      return memory;
    });
  }

  get unharmed(): boolean {
    return this.#all.every((memory) => memory.equals(pattern.subarray(0, memory.length)));
  }
}
