// A block device by bytes: requests begin and end wherever they like, and a block of which they want a
// part is read, changed and written.

/** Blocks of one request that are under way at once: many more than a request has would fill the memory. */
const AT_ONCE = 64;

/** Lets `work` have the pieces, and resolves when all have ended. After a failure no piece is begun. */
async function each(pieces, count, work) {
  const next = async () => {
    for (const piece of pieces) await work(piece);
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(count, AT_ONCE) }, next));
  const failed = ends.find(({ status }) => status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

export class Disk {
  #device;
  /** The last change of a block that has not ended. */
  #changes = new Map();

  /** @param device - `blockSize`, `blocks`, `readOnly`, and `read`, `write` and `zero` of a block */
  constructor(device) {
    this.#device = device;
  }

  /** In bytes. */
  get size() {
    return this.#device.blocks * this.#device.blockSize;
  }

  get blockSize() {
    return this.#device.blockSize;
  }

  get readOnly() {
    return this.#device.readOnly;
  }

  /** Fills `into` with what stands at `offset`. */
  async read(offset, into) {
    await this.#each(offset, into.length, async ({ block, from, to, at, whole }) => {
      const target = into.subarray(at, at + to - from);
      if (whole) await this.#device.read(block, target);
      else (await this.#device.read(block)).copy(target, 0, from, to);
    });
  }

  /** Resolves when it is durable. */
  async write(offset, data) {
    await this.#each(offset, data.length, ({ block, from, to, at, whole }) => {
      const part = data.subarray(at, at + to - from);
      return this.#change(block, async () => {
        if (whole) await this.#device.write(block, part);
        else await this.#patch(block, (bytes) => part.copy(bytes, from));
      });
    });
  }

  /** Makes zeros of the range. */
  async zero(offset, length) {
    await this.#each(offset, length, ({ block, from, to, whole }) =>
      this.#change(block, async () => {
        if (whole) await this.#device.zero(block);
        else await this.#patch(block, (bytes) => bytes.fill(0, from, to));
      }),
    );
  }

  /** Nobody needs what stands there: whole blocks become zeros, and of others nothing is changed. */
  async discard(offset, length) {
    await this.#each(offset, length, async ({ block, whole }) => {
      if (whole) await this.#change(block, async () => void (await this.#device.zero(block)));
    });
  }

  async #patch(block, change) {
    const bytes = await this.#device.read(block);
    change(bytes);
    await this.#device.write(block, bytes);
  }

  /** Changes of a block come one after the other, or a part that was read before would undo another. */
  async #change(block, work) {
    const before = this.#changes.get(block);
    const change = before === undefined ? work() : before.then(work, work);
    this.#changes.set(block, change);
    try {
      await change;
    } finally {
      if (this.#changes.get(block) === change) this.#changes.delete(block);
    }
  }

  #each(offset, length, work) {
    if (length === 0) return undefined;
    const size = this.blockSize;
    const blocks = Math.floor((offset + length - 1) / size) - Math.floor(offset / size) + 1;
    return each(this.#pieces(offset, length), blocks, work);
  }

  /** The range by blocks: bytes `from` up to `to` of the block, which stand at `at` of the request. */
  *#pieces(offset, length) {
    const size = this.blockSize;
    for (let at = 0; at < length;) {
      const block = Math.floor((offset + at) / size);
      const from = offset + at - block * size;
      const to = Math.min(size, from + length - at);
      yield { block, from, to, at, whole: to - from === size };
      at += to - from;
    }
  }
}
