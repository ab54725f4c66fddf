// One client: negotiates, then serves requests, as many at once as its budget has room for. Replies go
// out in the order in which the requests end.
import { Budget } from './budget.mjs';
import { dataBytes, perform } from './commands.mjs';
import { negotiate } from './negotiation.mjs';
import {
  Command,
  MAX_DATA,
  REPLY_BYTES,
  REQUEST_BYTES,
  decodeRequest,
  encodeReply,
} from './protocol.mjs';
import { Reader } from './reader.mjs';

const LIMITS = { requests: 256, bytes: MAX_DATA };
/** For clients that connect and then say nothing. */
const NEGOTIATION_MS = 10_000;

export class Connection {
  #socket;
  #reader;
  #disk;
  #exported;
  #budget = new Budget(LIMITS);
  #corked = false;
  #served;

  /**
   * @param exported - the disk as `negotiate` describes it
   * @param served - counts of requests and bytes, to be added to
   */
  constructor(socket, disk, exported, served) {
    this.#socket = socket;
    this.#reader = new Reader(socket);
    this.#disk = disk;
    this.#exported = exported;
    this.#served = served;
    // What went wrong with a socket ends it, and nothing else.
    socket.on('error', () => {});
  }

  /** Resolves when the client has gone, and nothing is under way for it. */
  async serve() {
    const overdue = setTimeout(() => this.destroy(), NEGOTIATION_MS);
    const agreed = await negotiate(this.#reader, this.#socket, this.#exported);
    clearTimeout(overdue);
    if (agreed) await this.#transmit();
    await this.#budget.empty();
    if (!this.#socket.destroyed) await new Promise((resolve) => this.#socket.end(resolve));
    this.#socket.destroy();
  }

  /** Requests that have come are served, and no others. */
  stop() {
    this.#reader.stop();
  }

  /** Replies that have not gone out are lost. */
  destroy() {
    this.#socket.destroy();
  }

  async #transmit() {
    for (;;) {
      const head = await this.#reader.take(REQUEST_BYTES);
      const request = head && decodeRequest(head);
      if (request === undefined || request.command === Command.Disconnect) return;
      const bytes = dataBytes(request);
      // Who sends so much data without having asked is not waited for.
      if (request.command === Command.Write && bytes > MAX_DATA) return;
      const held = Math.min(bytes, MAX_DATA);
      await this.#budget.enter(held);
      // For a client that has gone no more is begun.
      if (this.#socket.destroyed || !(await this.#receive(request, held))) {
        this.#budget.leave(held);
        return;
      }
      void this.#answer(request, held);
    }
  }

  /** Gives the request its data, and its reply; resolves to whether the data came. */
  async #receive(request, bytes) {
    const reads = request.command === Command.Read;
    // What is read is put behind the head of the reply.
    request.reply = Buffer.allocUnsafe(REPLY_BYTES + (reads ? bytes : 0));
    request.data = reads ? request.reply.subarray(REPLY_BYTES) : await this.#reader.take(bytes);
    return request.data !== undefined;
  }

  async #answer(request, held) {
    const error = await perform(this.#disk, request);
    this.#served.requests++;
    this.#served.bytes += error === 0 ? held : 0;
    const { reply, cookie } = request;
    encodeReply(reply, cookie, error);
    this.#send(error === 0 ? reply : reply.subarray(0, REPLY_BYTES), () =>
      this.#budget.leave(held),
    );
  }

  /** Replies of one turn go out together. */
  #send(bytes, sent) {
    if (!this.#corked) {
      this.#corked = true;
      this.#socket.cork();
      setImmediate(() => {
        this.#corked = false;
        this.#socket.uncork();
      });
    }
    this.#socket.write(bytes, sent);
  }
}
