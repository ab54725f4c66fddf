import { Worker } from 'node:worker_threads';

const program = `
  const { parentPort, workerData } = require('node:worker_threads');
  parentPort.on('message', (message) => {
    if (message !== 'drop') return;
    globalThis.gc({ type: 'minor' });
    Atomics.add(workerData, 0, 1);
    Atomics.notify(workerData, 0);
  });`;

/** A thread that drops what it is given. */
export class Receiver {
  readonly #dropped = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker = new Worker(program, { eval: true, workerData: this.#dropped });

  constructor() {
    this.#worker.unref();
  }

  take(buffer: ArrayBuffer): void {
    this.#worker.postMessage(buffer, [buffer]);
  }

  /** Returns when all that it was given is collected. */
  drop(): void {
    const before = Atomics.load(this.#dropped, 0);
    this.#worker.postMessage('drop');
    Atomics.wait(this.#dropped, 0, before);
  }
}
