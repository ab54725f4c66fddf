// Bytes out of a socket, so many at a time. What nobody takes stays there, and holds the sender back.

const NOTHING = Buffer.alloc(0);

export class Reader {
  #socket;
  #over = false;
  #wake = () => {};

  constructor(socket) {
    this.#socket = socket;
    socket.on('readable', () => this.#wake());
    socket.on('end', () => this.stop());
    socket.on('close', () => this.stop());
  }

  /** Nothing is taken any more: who waits for bytes is told that there are none. */
  stop() {
    this.#over = true;
    this.#wake();
  }

  /** Resolves to that many bytes, or to undefined where so many do not come. */
  async take(count) {
    if (count === 0) return NOTHING;
    for (;;) {
      if (this.#over) return undefined;
      const bytes = this.#socket.read(count);
      // The last bytes of a stream come even if they are too few.
      if (bytes !== null) return bytes.length === count ? bytes : undefined;
      await new Promise((resolve) => (this.#wake = resolve));
    }
  }
}
