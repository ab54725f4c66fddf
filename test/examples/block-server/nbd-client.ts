import { connect, type NetConnectOpts, type Socket } from 'node:net';

// NBD as a client speaks it, written from the protocol's text and with nothing of the server's.

export const READ = 0;
export const WRITE = 1;
export const DISCONNECT = 2;
export const FLUSH = 3;
export const TRIM = 4;
export const WRITE_ZEROES = 6;

export const FUA = 1;
export const NO_HOLE = 2;

export const EINVAL = 22;
export const ENOSPC = 28;
export const EIO = 5;

export interface OptionAnswer {
  readonly type: number;
  readonly data: Buffer;
}

export interface Reply {
  readonly error: number;
  readonly data: Buffer;
}

export interface Request {
  readonly offset?: number | bigint;
  readonly length?: number;
  readonly data?: Buffer;
  readonly flags?: number;
}

const NONE = Buffer.alloc(0);

export const option = (number: number, data: Buffer = NONE): Buffer => {
  const head = Buffer.from('IHAVEOPT'.padEnd(16, '\0'), 'latin1');
  head.writeUInt32BE(number, 8);
  head.writeUInt32BE(data.length, 12);
  return Buffer.concat([head, data]);
};

/** The data of INFO and GO. */
export function infoRequest(name: string, items: readonly number[]): Buffer {
  const bytes = Buffer.alloc(6 + name.length + 2 * items.length);
  bytes.writeUInt32BE(name.length, 0);
  bytes.write(name, 4);
  bytes.writeUInt16BE(items.length, 4 + name.length);
  items.forEach((item, at) => bytes.writeUInt16BE(item, 6 + name.length + 2 * at));
  return bytes;
}

export function request(command: number, cookie: bigint, asked: Request = {}): Buffer {
  const { offset = 0, data = NONE, length = data.length, flags = 0 } = asked;
  const head = Buffer.alloc(28);
  head.writeUInt32BE(0x25609513, 0);
  head.writeUInt16BE(flags, 4);
  head.writeUInt16BE(command, 6);
  head.writeBigUInt64BE(cookie, 8);
  head.writeBigUInt64BE(BigInt(offset), 16);
  head.writeUInt32BE(length, 24);
  return Buffer.concat([head, data]);
}

export class NbdClient {
  readonly socket: Socket;
  #cookie = 0n;
  #paused = false;
  #wake = (): void => undefined;
  #waiting = new Map<bigint, { length: number; done: (reply: Reply | undefined) => void }>();

  constructor(where: NetConnectOpts) {
    this.socket = connect(where);
    this.socket.on('error', () => undefined);
    for (const event of ['readable', 'end', 'close']) this.socket.on(event, () => this.#wake());
  }

  /** In the phase of transmission already. */
  static async open(where: NetConnectOpts): Promise<NbdClient> {
    const client = new NbdClient(where);
    await client.greet();
    await client.ask(7, infoRequest('', []));
    void client.#listen();
    return client;
  }

  /** So many bytes; undefined: the server has hung up. */
  async take(count: number): Promise<Buffer | undefined> {
    if (count === 0) return Buffer.alloc(0);
    for (;;) {
      const bytes = this.#paused ? null : (this.socket.read(count) as Buffer | null);
      if (bytes !== null) return bytes.length === count ? bytes : undefined;
      if (this.socket.readableEnded || this.socket.destroyed) return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Resolves to the server's greeting. */
  async greet(flags = 3): Promise<Buffer> {
    const greeting = await this.take(18);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(flags, 0);
    this.socket.write(bytes);
    return greeting!;
  }

  /** Sends an option, and resolves to all that is replied; the last is no Server and no Info. */
  async ask(number: number, data?: Buffer): Promise<OptionAnswer[]> {
    this.socket.write(option(number, data));
    const answers: OptionAnswer[] = [];
    for (;;) {
      const head = await this.take(20);
      if (head === undefined) return answers;
      expect(head.readBigUInt64BE(0)).toBe(0x0003e889045565a9n);
      expect(head.readUInt32BE(8)).toBe(number);
      const type = head.readUInt32BE(12);
      answers.push({ type, data: (await this.take(head.readUInt32BE(16)))! });
      if (type !== 2 && type !== 3) return answers;
    }
  }

  /** Resolves to the reply; undefined: the server has hung up. */
  request(command: number, asked: Request = {}): Promise<Reply | undefined> {
    const cookie = this.#cookie++;
    const length = command === READ ? (asked.length ?? 0) : 0;
    const reply = new Promise<Reply | undefined>((done) => {
      this.#waiting.set(cookie, { length, done });
    });
    this.socket.write(request(command, cookie, asked));
    return reply;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const reply = await this.request(READ, { offset, length });
    expect(reply?.error).toBe(0);
    return reply!.data;
  }

  async write(offset: number, data: Buffer, flags = 0): Promise<void> {
    expect((await this.request(WRITE, { offset, data, flags }))?.error).toBe(0);
  }

  /** Reads nothing any more, until it is resumed. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#wake();
  }

  /** The server hangs up; what it still sends is not looked at. */
  async closed(): Promise<void> {
    const drop = (): unknown => this.socket.read();
    this.socket.on('readable', drop);
    drop();
    if (this.socket.closed) return;
    await new Promise((resolve) => this.socket.once('close', resolve));
  }

  async disconnect(): Promise<void> {
    this.socket.write(request(DISCONNECT, 0n));
    await this.closed();
  }

  async #listen(): Promise<void> {
    for (;;) {
      const head = await this.take(16);
      if (head === undefined) break;
      expect(head.readUInt32BE(0)).toBe(0x67446698);
      const cookie = head.readBigUInt64BE(8);
      const { length, done } = this.#waiting.get(cookie)!;
      this.#waiting.delete(cookie);
      const error = head.readUInt32BE(4);
      done({ error, data: error === 0 ? (await this.take(length))! : Buffer.alloc(0) });
    }
    for (const { done } of this.#waiting.values()) done(undefined);
  }
}
