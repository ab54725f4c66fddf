import { Worker } from 'node:worker_threads';
import { FutureState } from 'datamover';
import { SlotState } from './states.mjs';

/** Operations that the worker is given at a time. */
const DEPTH = 8;

/**
 * A backend for `moverFrom`: a worker thread does the work, in memory that it shares with us. It
 * tells us either by a message, which calls a waker, or by what it writes into a shared word, which
 * a poller looks at.
 */
export class WorkerEngine {
  name = 'worker thread';
  capabilities;
  #states = new Int32Array(new SharedArrayBuffer(DEPTH * Int32Array.BYTES_PER_ELEMENT));
  #wakes = new Map();
  #worker = new Worker(new URL('worker.mjs', import.meta.url), {
    workerData: { states: this.#states },
  });

  /** @param {'waker' | 'poller'} notifier */
  constructor(notifier) {
    const notifiers = [notifier];
    this.capabilities = { operations: ['copy', 'fill'], notifiers, async: true, depth: DEPTH };
    this.#worker.on('message', (slot) => this.#wakes.get(slot)?.());
  }

  create(op, args) {
    for (const { buffer } of [args.dst, args.src ?? args.dst]) {
      if (buffer instanceof SharedArrayBuffer) continue;
      throw new TypeError('a worker reaches memory over a SharedArrayBuffer only');
    }
    return { op, args, slot: -1 };
  }

  /** Sends the operation to the worker; false while that has as many as it is given at a time. */
  start(handle, notifier) {
    const slot = this.#states.findIndex((_, slot) => this.#state(slot) === SlotState.Free);
    if (slot < 0) return false;
    const [choice] = this.capabilities.notifiers;
    if (choice === 'waker') this.#wakes.set(slot, notifier.useWaker());
    else notifier.usePoller(this.#pollSlot(slot));
    const { op, args } = handle;
    handle.slot = slot;
    Atomics.store(this.#states, slot, SlotState.Busy);
    this.#worker.postMessage({ slot, op, args, wake: choice === 'waker' });
    return true;
  }

  check({ slot }) {
    return this.#state(slot) === SlotState.Done ? FutureState.Complete : FutureState.Running;
  }

  finish({ slot }) {
    this.#free(slot);
  }

  /** Abandoned work runs on in the worker, which frees the slot when it is done. */
  drop({ slot }) {
    if (slot < 0) return;
    const { Busy, Abandoned } = SlotState;
    if (Atomics.compareExchange(this.#states, slot, Busy, Abandoned) !== Busy) this.#free(slot);
  }

  /** Called at the end of `mover.close()`. */
  async close() {
    await this.#worker.terminate();
  }

  #state(slot) {
    return Atomics.load(this.#states, slot);
  }

  #free(slot) {
    this.#wakes.delete(slot);
    Atomics.store(this.#states, slot, SlotState.Free);
  }

  #pollSlot(slot) {
    const done = () => this.#state(slot) === SlotState.Done;
    return {
      get done() {
        return done();
      },
    };
  }
}
