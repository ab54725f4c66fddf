// What the requests of one connection may hold of the server's memory: a request enters before its data
// is received, and leaves when its reply has gone out. Who reads no replies soon has no request read.

export class Budget {
  #requests;
  #bytes;
  #entered = 0;
  #wake = () => {};

  constructor({ requests, bytes }) {
    this.#requests = requests;
    this.#bytes = bytes;
  }

  /** Resolves when there is room. One waits at a time: it is the connection that reads requests. */
  async enter(bytes) {
    while (this.#requests === 0 || this.#bytes < bytes) await this.#change();
    this.#requests--;
    this.#bytes -= bytes;
    this.#entered++;
  }

  leave(bytes) {
    this.#requests++;
    this.#bytes += bytes;
    this.#entered--;
    this.#wake();
  }

  /** Resolves when all have left. */
  async empty() {
    while (this.#entered > 0) await this.#change();
  }

  #change() {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}
