import { existsSync } from 'node:fs';
import { Flag } from '../abi/descriptor';
import { noDevice } from '../devices/no-device';
import { sysfsRoot } from '../devices/sysfs';
import { usableQueues, type Unusable } from '../devices/usable-queues';
import { closedError, MoverError } from '../errors';
import type { Future } from '../future/future';
import { max, min } from '../intrinsics';
import { MAX_SLOTS } from '../jobs/job-table';
import { Order } from '../jobs/order';
import type { Operands, OpName } from '../operations/operation';
import type { Backend } from './backend';
import { Channel } from './channel';
import { Choice } from './choice';
import {
  hardwareCapabilities,
  mixedCapabilities,
  operationNames,
  softwareCapabilities,
  type Capabilities,
} from './capabilities';
import { JobFuture, listenJob, startJob } from './job-future';
import { JobQueue, type JobQueueOptions } from './job-queue';
import type { Settings } from './options';
import { PlainFuture } from './plain-future';
import { explain, type Explanation } from './explain';
import { Hidden, statsOf, type MoverStats } from './statistics';
import { Lookout } from './lookout';
import { nothingToChoose, type StartingThresholds } from './thresholds';
import { UnderWay } from './under-way';
import { workOf, type Plan } from './work';
import { WorkQueues, type SubmitWay } from './work-queues';

export interface HardwareChoice {
  /** Whether software may do the work, too. */
  readonly path: 'auto' | 'hardware';
  /** Names of the queues to use; default: every usable one. */
  readonly queues: readonly string[] | undefined;
  /** The NUMA node whose queues are to be used; default: every one's. */
  readonly node: number | undefined;
  readonly submit: SubmitWay;
  readonly timeoutMs: number;
  /** Whose queues serve jobs that do not say: as in `Order`. */
  readonly place: number;
}

/** How often the slots of all jobs under way can be lost, until no more than these are left. */
const SPARE = 3;

const spare = ({ depth }: JobBackendOptions): number => min(depth * (1 + SPARE), MAX_SLOTS);

export interface JobBackendOptions extends Omit<JobQueueOptions, 'choice' | 'lookout' | 'slots'> {
  readonly thresholds: StartingThresholds;
  /** Undefined: software alone. */
  readonly hardware: HardwareChoice | undefined;
}

function lacking(operation: OpName, what: string): MoverError {
  const text = `${operation}: not all work queues of this mover have ${what}`;
  return new MoverError('ERR_MOVER_UNSUPPORTED', text, { operation });
}

/** Engines that work on descriptors: opened at the first job, closed once. */
export class JobBackend implements Backend {
  static {
    // What it does not have, it has not, whatever Object.prototype says: it would be called with ranges.
    Object.setPrototypeOf(this.prototype, null);
  }

  readonly underWay = new UnderWay();
  readonly limits = new UnderWay();
  readonly hidden = new Hidden();
  readonly failed = undefined;
  #name: string;
  #capabilities: Capabilities;
  /** What its work queues can do. */
  #hardware: Capabilities | undefined;
  /** Whether there is anything that they cannot do; software can do all. */
  #lacks = false;
  readonly #options: JobBackendOptions & JobQueueOptions;
  readonly #choice: Choice;
  readonly #order: number;
  #queue: JobQueue | undefined;
  #workQueues: WorkQueues | undefined;
  readonly plain: Backend['plain'];
  /** Where software goes on without work queues. */
  readonly #lookout: Lookout | undefined;
  #opening: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(name: string, options: JobBackendOptions) {
    this.#name = name;
    this.#capabilities = softwareCapabilities(options.threads > 0, options.depth);
    this.#order = options.hardware?.path === 'hardware' ? Order.Hardware : 0;
    this.#choice = new Choice(this.#order === 0 ? options.thresholds : nothingToChoose);
    // What is executed by itself, and not in a gathering, is as fast with operands.
    this.plain = this.#order === 0 && options.gather > 1 ? this.#plainStarter() : undefined;
    const { hardware } = options;
    if (hardware?.path === 'auto') {
      // Engines refer to it: it must not keep a mover that nobody has any more.
      const self = new WeakRef(this);
      this.#lookout = new Lookout(async () => {
        const backend = self.deref();
        return backend === undefined || (await backend.#findQueues(hardware)) === undefined;
      });
    }
    const slots = hardware === undefined ? undefined : spare(options);
    this.#options = { ...options, choice: this.#choice, lookout: this.#lookout, slots };
  }

  get name(): string {
    return this.#name;
  }

  get capabilities(): Capabilities {
    return this.#capabilities;
  }

  /**
   * Opens the engines now, and the work queues.
   *
   * @throws MoverError `ERR_MOVER_UNSUPPORTED` when the addon does not load, `ERR_MOVER_NO_DEVICE` and
   * `ERR_MOVER_NO_PERMISSION` when hardware was demanded and none serves
   */
  async open(): Promise<void> {
    this.#opened();
    await this.#opening;
  }

  /** Work queues that are open already. */
  serve(queues: WorkQueues): void {
    const { hardware, threads, depth } = this.#options;
    if (hardware === undefined) return;
    const queue = (this.#queue ??= new JobQueue(this.#options));
    const { timeoutMs, place } = hardware;
    const able = hardwareCapabilities(queues.setups, depth);
    const { operations } = able;
    const pool = max(1, threads);
    this.#choice.serve(operations);
    queue.serve(queues, { choice: this.#choice, threads: pool, timeoutMs, place });
    this.#workQueues = queues;
    this.#hardware = able;
    this.#lacks = operations.size < operationNames.length || !able.blockOnFault || !able.readback;
    this.#capabilities =
      hardware.path === 'hardware' ? able : mixedCapabilities(this.#capabilities, able);
    const { names } = queues;
    this.#name = hardware.path === 'hardware' ? `hardware (${names})` : `${this.#name}, ${names}`;
  }

  operate<T, X>(operands: Operands<T, X>, settings: Settings, eager: boolean): Future<T> {
    const future = this.#job(this.#opened(), operands, settings);
    if (settings.signal !== undefined) listenJob(future, settings.signal);
    if (eager) startJob(future);
    return future;
  }

  /** Apart from the constructor, whose functions, which outlive this object, would refer to it by one more. */
  #plainStarter(): Backend['plain'] {
    return (operation, destination, source, value) =>
      new PlainFuture(this.#opened(), operation, destination, source, value);
  }

  work<T, X>(
    plan: Plan<T, X>,
    operands: Operands<T, X>,
    settings: Settings,
    eager: boolean,
  ): Future<T> {
    return workOf(plan, this, operands, settings, eager);
  }

  admit(operands: Operands, settings: Settings): void {
    this.#opened();
    const flags = settings.flags & operands.operation.options;
    if (this.#lacks) this.#checkAble(operands, flags, this.#orderOf(settings));
  }

  part<T, X>(operands: Operands<T, X>, settings: Settings): Future<T> {
    return this.#job(this.#queue ?? this.#opened(), operands, settings);
  }

  #job<T, X>(queue: JobQueue, operands: Operands<T, X>, settings: Settings): JobFuture<T> {
    const order = this.#orderOf(settings);
    operands.flags |= settings.flags & operands.operation.options;
    if (this.#lacks) this.#checkAble(operands, operands.flags, order);
    return new JobFuture(queue, order, operands);
  }

  #orderOf({ order }: Settings): number {
    return order | this.#order;
  }

  /** @throws MoverError `ERR_MOVER_UNSUPPORTED` */
  #checkAble({ operation: { name } }: Operands, flags: number, order: number): void {
    // Of a mover that has both paths, its work queues may be able to do less.
    const hardware = (order & Order.PathMask) === Order.Hardware ? this.#hardware : undefined;
    const { operations, blockOnFault, readback } = hardware ?? this.#capabilities;
    if (!operations.has(name)) throw lacking(name, 'this operation');
    if (!blockOnFault && (flags & Flag.BlockOnFault) !== 0) throw lacking(name, 'blockOnFault');
    if (!readback && (flags & Flag.CacheControl2) !== 0)
      throw lacking(name, 'durable and readback');
  }

  channel(depth: number, settings: Settings): Channel {
    const order = this.#orderOf(settings);
    return new Channel(this.#opened(), depth, { ...settings, order });
  }

  together(begin: () => void): void {
    if (this.#queue?.hardware === undefined) begin();
    else this.#queue.together(begin);
  }

  async ready(): Promise<void> {
    return this.#opened().ready();
  }

  stats(): MoverStats {
    const { engine } = this.#options;
    const byIntelDml = this.#queue?.executedByProvider ?? 0;
    return { ...statsOf(this.#queue, this.hidden), software: { engine, byIntelDml } };
  }

  explain(op: OpName, bytes: number, settings: Settings): Explanation {
    const { hardware } = this.#opened();
    const { inline, threads } = this.#options;
    const given = { order: this.#orderOf(settings), flags: settings.flags };
    return explain(op, bytes, given, { hardware, inline, threads: threads > 0 }, this.#choice);
  }

  get choice(): Choice | undefined {
    const { inline, threads } = this.#options;
    return inline && threads > 0 && this.#order !== Order.Hardware ? this.#choice : undefined;
  }

  measureAll(all: boolean): void {
    this.#queue?.measureAll(all);
  }

  close(): Promise<void> {
    this.#lookout?.close();
    if (this.#closing !== undefined) return this.#closing;
    const queue = this.#queue;
    queue?.refuseChannels();
    const ended = this.underWay.close();
    if (ended === undefined) queue?.refuse();
    // What is cut off before it closes can be closed again.
    this.#closing = this.#finish(queue, ended);
    return this.#closing;
  }

  /** @throws MoverError `ERR_MOVER_CLOSED`, and when the addon does not load */
  #opened(): JobQueue {
    return this.#closing === undefined && this.#queue !== undefined ? this.#queue : this.#open();
  }

  #open(): JobQueue {
    if (this.#closing !== undefined) throw closedError(`the mover '${this.name}'`, 'open another');
    if (this.#queue !== undefined) return this.#queue;
    const made = new JobQueue(this.#options);
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- a hook, called as it was made, may have opened one
    if (this.#queue !== undefined) {
      made.close();
      return this.#queue;
    }
    this.#queue = made;
    // Software serves until they are open.
    this.#opening = this.#openHardware();
    return made;
  }

  async #openHardware(): Promise<void> {
    const { hardware } = this.#options;
    if (hardware === undefined) return;
    const problems = await this.#findQueues(hardware);
    if (problems === undefined) return;
    if (hardware.path === 'hardware') throw noDevice(problems);
    if (existsSync(sysfsRoot())) this.#lookout?.start();
  }

  /** Has the work queues serve that there are; returns why none does, or undefined. */
  async #findQueues({ queues, node, submit }: HardwareChoice): Promise<Unusable[] | undefined> {
    const { usable, unusable } = usableQueues(queues, node);
    if (usable.length === 0) return unusable;
    const opened = await WorkQueues.open(usable, submit);
    if (this.#closing !== undefined) opened.close();
    else if (opened.ids.length > 0) this.serve(opened);
    else return [...unusable, ...opened.refusals];
    return undefined;
  }

  /** Begins with the loop's own turn of the microtasks, where nothing is cut off. */
  async #finish(queue: JobQueue | undefined, ended: Promise<unknown> | undefined): Promise<void> {
    await ended;
    if (queue === undefined) return;
    queue.refuse();
    await queue.drained();
    await this.limits.close();
    queue.close();
    this.#workQueues?.close();
  }
}
