// Exports a disk over NBD to any number of clients at once.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Connection } from './connection.mjs';
import { TransmissionFlag } from './protocol.mjs';

const MOST_CONNECTIONS = 16;

/** A flush, or a write, on one connection holds for all: there is but one disk, and nothing is cached. */
const FLAGS =
  TransmissionFlag.Has |
  TransmissionFlag.Flush |
  TransmissionFlag.ForceUnitAccess |
  TransmissionFlag.Trim |
  TransmissionFlag.WriteZeroes |
  TransmissionFlag.MultipleConnections;

/** Block sizes are powers of two of at least 512 bytes to clients. */
const preferredBytes = (blockSize) => {
  const power = 2 ** Math.ceil(Math.log2(blockSize));
  return Math.max(512, power);
};

function inUse({ path, port }, cause) {
  const text =
    path === undefined
      ? `port ${port} is in use: --port 0 takes one that is free`
      : `${path} is in use by another server, or left of one that was killed: remove it then`;
  return new Error(text, { cause });
}

export class BlockServer {
  #disk;
  #description;
  #server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
  /** Each with the promise of its end. */
  #connections = new Map();
  /** Requests, and the bytes that they moved. */
  served = { requests: 0, bytes: 0 };

  /** @param disk - it is the caller's, and outlasts the server */
  constructor(disk, description) {
    this.#disk = disk;
    this.#description = description;
    this.#server.maxConnections = MOST_CONNECTIONS;
  }

  /** @param where - `{ path }` of a Unix socket, or `{ host, port }` */
  async listen(where) {
    this.#server.listen(where);
    try {
      await once(this.#server, 'listening');
    } catch (error) {
      throw error.code === 'EADDRINUSE' ? inUse(where, error) : error;
    }
    return this.#server.address();
  }

  /**
   * Requests that have come are served, and their replies sent; who does not take his within
   * `patienceMs` is cut off. Resolves when nothing is under way.
   */
  async close(patienceMs = 2000) {
    this.#server.close();
    for (const connection of this.#connections.keys()) connection.stop();
    const patience = setTimeout(() => {
      for (const connection of this.#connections.keys()) connection.destroy();
    }, patienceMs);
    await Promise.all(this.#connections.values());
    clearTimeout(patience);
  }

  #accept(socket) {
    const connection = new Connection(socket, this.#disk, this.#exported(), this.served);
    const end = connection.serve().finally(() => this.#connections.delete(connection));
    this.#connections.set(connection, end);
  }

  #exported() {
    const { size, blockSize, readOnly } = this.#disk;
    return {
      name: '',
      description: this.#description,
      bytes: size,
      flags: readOnly ? FLAGS | TransmissionFlag.ReadOnly : FLAGS,
      preferredBytes: preferredBytes(blockSize),
    };
  }
}
