import { SoftwareEngine, type Engine } from '../jobs/engine';
import type { JobTable } from '../jobs/job-table';
import { Order } from '../jobs/order';
import type { Operation } from '../operations/operation';
import type { Choice } from './choice';
import type { EngineKind } from './cost-model';
import type { Hardware } from './hardware';
import type { EngineName } from './kernels';
import type { Lookout } from './lookout';
import { Sampler } from './sampler';
import { SPOT_BUDGET } from './spot-budget';

/** What of an order says who is to do a job. */
const ASKED = Order.PathMask | Order.EngineMask;

export interface EngineOptions {
  /** Threads of the pool; 0: everything is executed on the spot. */
  readonly threads: number;
  /** Use the pool that the whole process shares. */
  readonly common: boolean;
  /** Execute small jobs on the spot. */
  readonly inline: boolean;
  /** Which jobs are small. */
  readonly choice: Choice;
  /** Whose kernels the software engine works with. */
  readonly kernels: EngineName;
  /** Looks for work queues while there are none; undefined: none shall serve. */
  readonly lookout: Lookout | undefined;
}

/** The engines of one mover, and which of them gets a job. */
export class Engines {
  /** Work queues, once they are open. */
  hardware: Hardware | undefined;
  readonly sampler: Sampler;
  readonly #inline: SoftwareEngine | undefined;
  readonly #pool: SoftwareEngine | undefined;
  readonly #foreign: boolean;
  readonly #threads: number;
  readonly #choice: Choice;
  readonly #lookout: Lookout | undefined;

  #poolUsed = false;
  /** Bytes in the gathering that run inline. */
  #inlineBytes = 0;

  constructor(table: JobTable<unknown>, wakeUp: number, options: EngineOptions) {
    const { threads, common, inline, kernels, choice } = options;
    this.#threads = threads;
    this.#choice = choice;
    this.#lookout = options.lookout;
    this.sampler = new Sampler(choice, table);
    this.#foreign = kernels === 'intel-dml';
    const shared = { common, wakeUp, intelDml: this.#foreign };
    if (inline || threads === 0) {
      this.#inline = new SoftwareEngine(table.id, { threads: 0, ...shared });
    }
    if (threads > 0) this.#pool = new SoftwareEngine(table.id, { threads, ...shared });
  }

  /** Descriptors, and parts of large ones, that kernels of another library executed. */
  get executedByProvider(): number {
    return (this.#inline?.executedByProvider ?? 0) + (this.#pool?.executedByProvider ?? 0);
  }

  /** Whether nothing works beside the program. */
  get immediate(): boolean {
    return this.#pool === undefined;
  }

  /** Whether anything is executed on the spot, by kernels of ours. */
  get inline(): boolean {
    return this.#inline !== undefined && !this.#foreign;
  }

  /** Whether a job of this size goes on without being polled. */
  runsAsync(operation: Operation, bytes: number, flags: number, order: number): boolean {
    return !this.isSpot(operation, bytes, flags, order);
  }

  /** Whether a job is executed on the spot. */
  isSpot(operation: Operation, bytes: number, flags: number, order: number): boolean {
    // Most are small, and need no look at the thresholds of their operation.
    if (bytes < this.leastElsewhere(order)) return true;
    const most = this.#spotBytes(operation, order);
    if (bytes > most) return false;
    return !this.#takes(this.hardware, operation, bytes, flags, order);
  }

  /** All smaller jobs are executed on the spot, whatever they do. */
  leastElsewhere(order: number): number {
    const asked = (order & ASKED) !== 0;
    return asked || this.#inline === undefined ? 0 : this.#choice.limits.least;
  }

  /** Gathers an encoded job for the engine that suits it. */
  push(slot: number, operation: Operation, bytes: number, flags: number, order: number): void {
    const { hardware } = this;
    if (this.sampler.armed) this.sampler.note(slot, operation, bytes);
    if (this.#takes(hardware, operation, bytes, flags, order)) {
      hardware.engine.push(slot, order & Order.Wire);
    } else {
      this.#software(bytes, bytes <= this.#spotBytes(operation, order)).push(slot);
    }
  }

  /** Gathers for software a job of which no more is known than its size. */
  pushSoftware(slot: number, bytes: number): void {
    this.#software(bytes, bytes < this.#choice.limits.threads.copy).push(slot);
  }

  /** Gathers a drain: it goes where everything that is still under way went. */
  pushDrain(slot: number): void {
    const engine = this.#poolUsed ? this.#pool : this.#inline;
    (engine ?? this.#software(0, true)).push(slot);
  }

  /** Whether the job in this slot has been gathered and no engine has it yet. */
  holds(slot: number): boolean {
    return (
      holds(this.#inline, slot) || holds(this.#pool, slot) || holds(this.hardware?.engine, slot)
    );
  }

  /**
   * Hands over what is gathered.
   *
   * @param verify - called for each job first; `keep` for an engine that works beside the program
   * @returns how many jobs no engine had room for
   */
  submit(verify: (slot: number, keep: boolean) => void): number {
    this.#inlineBytes = 0;
    const { sampler } = this;
    if (sampler.armed) {
      // Without a thread or a place in a queue that is free a job waits for others: that is not its own time.
      const idle = this.hardware === undefined ? this.#threads : 1;
      return sampler.measure(this.#gatherings(), idle, () => this.#submit(verify));
    }
    sampler.pass();
    return this.#submit(verify);
  }

  close(): void {
    this.hardware?.close();
    this.#pool?.close();
    this.#inline?.close();
  }

  /** Whether a job goes to hardware. Where there is none, there may be some by now. */
  #takes(
    hardware: Hardware | undefined,
    operation: Operation,
    bytes: number,
    flags: number,
    order: number,
  ): hardware is Hardware {
    if (hardware !== undefined) return hardware.takes(operation, bytes, flags, order);
    if (this.#lookout?.due === true) this.#lookout.look();
    return false;
  }

  #submit(verify: (slot: number, keep: boolean) => void): number {
    return (
      submitTo(this.hardware?.engine, verify) +
      submitTo(this.#pool, verify) +
      submitTo(this.#inline, verify)
    );
  }

  /** How many jobs each engine has in the gathering, of those that have any. */
  #gatherings(): [kind: EngineKind, jobs: number][] {
    const jobs = (engine: Engine | undefined): number => engine?.gathered ?? 0;
    const all: [EngineKind, number][] = [
      ['inline', jobs(this.#inline)],
      ['threads', jobs(this.#pool)],
      ['hardware', jobs(this.hardware?.engine)],
    ];
    return all.filter(([, count]) => count > 0);
  }

  /** The most bytes that are executed on the spot, of what software does; -1: none is. */
  #spotBytes({ name }: Operation, order: number): number {
    if (this.#inline === undefined) return -1;
    if (this.#pool === undefined) return Infinity;
    const asked = order & Order.EngineMask;
    if (asked !== 0) return asked === Order.Inline ? Infinity : -1;
    return this.#choice.limits.threads[name] - 1;
  }

  #software(bytes: number, small: boolean): Engine {
    const inline = this.#inline;
    const pool = this.#pool;
    if (inline === undefined) return pool!;
    if (pool === undefined) return inline;
    const sum = this.#inlineBytes + bytes;
    // A gathering's first job may be larger.
    if (small && (sum <= SPOT_BUDGET || sum === bytes)) {
      this.#inlineBytes = sum;
      return inline;
    }
    this.#poolUsed = true;
    return pool;
  }
}

function submitTo(
  engine: Engine | undefined,
  verify: (slot: number, keep: boolean) => void,
): number {
  if (engine === undefined) return 0;
  const { gathered } = engine;
  if (gathered === 0) return 0;
  for (let index = 0; index < gathered; index++) verify(engine.at(index), engine.concurrent);
  engine.submit();
  return engine.gathered;
}

function holds(engine: Engine | undefined, slot: number): boolean {
  if (engine === undefined) return false;
  for (let index = 0; index < engine.gathered; index++) {
    if (engine.at(index) === slot) return true;
  }
  return false;
}
