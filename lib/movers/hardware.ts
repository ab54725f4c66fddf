import { Flag } from '../abi/descriptor';
import { clock } from '../clock';
import { HardwareEngine } from '../jobs/hardware-engine';
import { Order } from '../jobs/order';
import type { Operation } from '../operations/operation';
import type { Choice } from './choice';
import type { QueueStats } from './statistics';
import type { WorkQueues } from './work-queues';

/** How often queues that do not accept or answer are looked at, in milliseconds. */
const REVIEW_MS = 50;

export interface HardwareOptions {
  readonly choice: Choice;
  readonly wakeUp: number;
  readonly threads: number;
  readonly timeoutMs: number;
  readonly place: number;
}

/** The work queues of a mover as one of its engines: what goes there, and whether they still serve. */
export class Hardware {
  readonly engine: HardwareEngine;
  readonly #choice: Choice;
  readonly #queues: WorkQueues;
  readonly #timeoutMs: number;
  /** Whether any queue serves, and flags that not all of them can honour. */
  #serves = true;
  #refuses = 0;
  /** How many queues there are, and how many serve, as the engine knows. */
  readonly #all: number;
  #serving = 0;
  /** Nodes whose queues serve now, and those whose queues did. */
  #nodes: ReadonlySet<number> = new Set();
  readonly #known = new Set<number>();
  /** Since when something has waited for room without anything being accepted or answered. */
  #stuck = Infinity;
  /** When the queues were last looked at. */
  #reviewed = 0;
  #closed = false;
  /** How often a queue has failed, and come back. */
  #losses = 0;
  #returns = 0;

  constructor(table: number, queues: WorkQueues, options: HardwareOptions) {
    this.#queues = queues;
    this.#choice = options.choice;
    this.#timeoutMs = options.timeoutMs;
    const { known } = queues;
    this.#all = known.length;
    const overlapping = known.every((setup) => setup.overlapping);
    this.engine = new HardwareEngine(table, { ...options, queues: queues.ids, overlapping });
    this.#changed();
  }

  /** Whether any queue serves. */
  get serves(): boolean {
    return this.#serves;
  }

  /** Whether all queues serve, so that none has to be tried again. */
  get whole(): boolean {
    return this.#serving === this.#all;
  }

  /** Flags that not all queues that serve can honour. */
  get refuses(): number {
    return this.#refuses;
  }

  /** What its queues do now. */
  queueStats(): QueueStats {
    return {
      serving: this.#queues.namesOf(true),
      failed: this.#closed ? [] : this.#queues.namesOf(false),
      losses: this.#losses,
      returns: this.#returns,
    };
  }

  /** Whether a job goes to hardware, where it may go to either. */
  takes(operation: Operation, bytes: number, flags: number, order: number): boolean {
    const path = order & Order.PathMask;
    if (path !== 0) return path === Order.Hardware;
    if (!this.#serves || bytes < this.#choice.limits.hardware[operation.name]) return false;
    return (flags & this.#refuses) === 0;
  }

  /** Looks after what is under way; returns the slots of jobs that get no answer, to be taken out. */
  tend(): number[] {
    return this.engine.tend();
  }

  /**
   * Looks after the queues, now and then.
   *
   * @param ample - whether there are slots to go on with, should the queues fail
   * @param reroute - called with the slot of each job that no queue will take, and that has to go elsewhere
   * @returns whether there were any
   */
  review(ample: boolean, reroute: (slot: number) => void): boolean {
    const now = clock();
    const { waits, moved, passed } = this.engine;
    // What software has ended says nothing of the queues.
    if (moved || !waits) this.#stuck = Infinity;
    else this.#stuck = Math.min(this.#stuck, now);
    this.engine.moved = false;
    if (now - this.#reviewed >= REVIEW_MS) {
      this.#reviewed = now;
      // A queue that takes nothing may be full, or be disabled: it takes nothing more then, while others
      // do. What nobody waits for may be found out when somebody does.
      if (waits || passed) this.#withdraw(now - this.#stuck > this.#timeoutMs);
      this.engine.passed = false;
      if (ample) this.#restore();
    }
    if (!ample && this.#serves) this.#withdraw(true);
    return this.engine.gathered > 0 && this.#strand(reroute);
  }

  /** Jobs had no answer: their queue has failed. */
  failed(): void {
    this.#withdraw(false);
  }

  close(): void {
    this.#closed = true;
    this.engine.close();
    this.#queues.close();
  }

  #strand(reroute: (slot: number) => void): boolean {
    if (!this.#serves) return this.engine.withdraw(() => true, reroute);
    if (this.#nodes.size === this.#known.size) return false;
    return this.engine.withdraw((order) => {
      const node = (order >>> Order.PlaceShift) - Order.NodePlace;
      return node >= 0 && !this.#nodes.has(node);
    }, reroute);
  }

  #withdraw(stalled: boolean): void {
    const names = this.#queues.withdraw(stalled);
    // Not by the names: those of an attempt that was cut off are gone.
    const lost = this.#serving - this.#queues.ids.length;
    if (lost === 0) return;
    this.#changed();
    this.#losses += lost;
    const rest = this.#serves
      ? 'The others serve on'
      : 'Work goes on in software, or fails where hardware was demanded';
    warn('DATAMOVER_QUEUE_LOST', `${names.join(', ')}: no longer answers. ${rest}.`);
  }

  #restore(): void {
    this.#queues.restore((name) => {
      if (this.#closed) return;
      this.#returns++;
      this.#changed();
      warn('DATAMOVER_QUEUE_BACK', `${name} serves again.`);
    });
  }

  #changed(): void {
    const { ids, setups } = this.#queues;
    this.#serves = ids.length > 0;
    this.#refuses =
      (setups.every(({ blockOnFault }) => blockOnFault) ? 0 : Flag.BlockOnFault) |
      (setups.every(({ readback }) => readback) ? 0 : Flag.CacheControl2);
    this.#nodes = new Set(setups.map(({ numa }) => numa));
    for (const node of this.#nodes) this.#known.add(node);
    this.engine.setQueues(ids);
    this.#serving = ids.length;
  }
}

function warn(code: string, message: string): void {
  process.emitWarning(message, { type: 'DatamoverWarning', code });
}
