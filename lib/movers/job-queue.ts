import { Opcode } from '../abi/descriptor';
import { setImmediate } from '../clock';
import { FinalizationRegistry } from '../finalization';
import { JobTable } from '../jobs/job-table';
import { epoch } from '../future/epoch';
import { loopIsDue } from '../future/spell';
import type { Operation } from '../operations/operation';
import { flushSource, openSource, Runtime } from '../runtime/runtime';
import type { Source } from '../runtime/sources';
import type { ChannelRing } from './channel-ring';
import { Engines, type EngineOptions } from './engines';
import { Hardware, type HardwareOptions } from './hardware';
import {
  beginJob,
  deliverJob,
  loseJob,
  refuseJob,
  rerouteJob,
  settleJob,
  verifyJob,
  type AnyJob,
  type JobFuture,
} from './job-future';
import { kernelsOf } from './kernels';
import { Listeners } from './listeners';
import type { Sampler } from './sampler';
import { SpotJobs, type SpotOwner } from './spot-jobs';
import type { WorkQueues } from './work-queues';

/** Polls in vain, one after the other, until the next looks after what devices have left to do. */
const PATIENCE = 64;

export interface JobQueueOptions extends Omit<EngineOptions, 'kernels'> {
  /** The software engine that is asked for: see `kernelsOf`. */
  readonly engine: string;
  /** Jobs under way at most, a power of two. */
  readonly depth: number;
  /** Slots of the job table, a power of two, where jobs may leave theirs unusable. */
  readonly slots: number | undefined;
  /** Jobs that are gathered before they are handed over; 1: each at once. */
  readonly gather: number;
  /** When a gathering that is not full is handed over: in the microtask, or in the loop's turn. */
  readonly when: 'microtask' | 'tick';
  /** What its futures choose, where they are offered both. */
  readonly notifier: 'waker' | 'poller';
}

const resolved = Promise.resolve();

/** What a mover has that nobody closed, once nobody has the mover: none of its jobs is under way then. */
const collected = new FinalizationRegistry<() => void>((release) => {
  release();
});

/** Not a closure of the queue's, which it would keep. */
const releaser = (engines: Engines, table: JobTable<AnyJob>) => (): void => {
  engines.close();
  table.close();
};

/** The jobs of one mover: its table, its engines, and the gathering of jobs into submissions. */
export class JobQueue implements Source, SpotOwner {
  readonly table: JobTable<AnyJob>;
  readonly notifier: JobQueueOptions['notifier'];
  /** Jobs that are gathered before they are handed over. */
  readonly enough: number;
  readonly #when: JobQueueOptions['when'];
  readonly #runtime = Runtime.default;
  readonly #engines: Engines;
  /** Absent where nothing is executed on the spot. */
  readonly onTheSpot: SpotJobs | undefined;
  readonly #verify = (slot: number, keep: boolean): void => {
    if (!verifyJob(this.table.job(slot), keep)) this.disarm(slot);
  };
  readonly #reroute = (slot: number): void => {
    rerouteJob(this.table.job(slot), slot);
  };
  /** Drains that wait until they are the oldest: devices have no order that one could rely on. */
  readonly #drains: number[] = [];
  /** Jobs in the table that were begun since the last submission. */
  #gathered = 0;
  /** Jobs are begun that are to be handed over together. */
  #together = false;
  #vain = 0;
  /** All queues serve, nothing was under way, and no job has come to the table since: devices are left alone. */
  #resting = false;
  /** Nobody sees to it yet that what is begun is handed over. */
  #unscheduled = true;
  /** Those that waited begin: the loop has a turn before what they schedule. */
  #starting = false;
  #closed = false;
  #channelsClosed = false;
  /** Of channels: what they do on the spot, and may have begun. */
  #rings: WeakRef<ChannelRing>[] = [];
  /** Jobs that found no slot, first come first served. */
  readonly #waiting = new Set<JobFuture<unknown>>();
  readonly #listeners = new Listeners();
  #announced: AnyJob[] = [];
  /** So many of them were told, or are being told. */
  #told = 0;
  /** The epoch in which it tells them; 0: it does not. Where that was cut off, all are told once more. */
  #telling = 0;
  readonly #release: () => void;
  readonly #flush = (): void => {
    epoch.now++;
    this.#unscheduled = true;
    this.#together = this.#starting = false;
    flushSource(this.#runtime, this);
  };

  /** @throws MoverError `ERR_MOVER_UNSUPPORTED` when there is no such engine, or no addon that loads */
  constructor(options: JobQueueOptions) {
    this.notifier = options.notifier;
    this.enough = options.gather;
    this.#when = options.when;
    const kernels = kernelsOf(options.engine);
    this.table = new JobTable(options.depth, options.slots);
    this.#engines = new Engines(this.table, this.#runtime.wakeUp, { ...options, kernels });
    if (this.inline) this.onTheSpot = new SpotJobs(this);
    this.#release = releaser(this.#engines, this.table);
    collected.register(this, this.#release, this);
  }

  /** From now on work queues serve, too. */
  serve(queues: WorkQueues, options: Omit<HardwareOptions, 'wakeUp'>): void {
    const { wakeUp } = this.#runtime;
    this.#engines.hardware = new Hardware(this.table.id, queues, { ...options, wakeUp });
  }

  get hardware(): Hardware | undefined {
    return this.#engines.hardware;
  }

  /** Measures every gathering of jobs from now on, or some as ever. */
  measureAll(all: boolean): void {
    this.sampler.always = all;
    this.onTheSpot?.renew();
  }

  get sampler(): Sampler {
    return this.#engines.sampler;
  }

  /** Descriptors, and parts of large ones, that kernels of another library executed. */
  get executedByProvider(): number {
    return this.#engines.executedByProvider;
  }

  get pending(): number {
    return this.table.active + this.#waiting.size + (this.onTheSpot?.used ?? 0);
  }

  get idle(): boolean {
    return this.pending === 0 && this.#unscheduled && this.#announced.length === 0;
  }

  /** Whether a job is complete as soon as it has begun. */
  get immediate(): boolean {
    return this.#engines.immediate && this.enough === 1;
  }

  /** Whether channels may do on the spot what this does. */
  get inline(): boolean {
    return this.#engines.inline;
  }

  /** Whether the calling thread shall do a job like this. */
  isSpot(operation: Operation, bytes: number, flags: number, order: number): boolean {
    return this.#engines.isSpot(operation, bytes, flags, order);
  }

  /** All smaller jobs are for the calling thread, whatever they do. */
  leastElsewhere(order: number): number {
    return this.#engines.leastElsewhere(order);
  }

  /** See `SpotOwner`. */
  spotLimit(): number {
    return this.#closed ? 0 : this.leastElsewhere(0);
  }

  /** What is begun there is to be done before the queue closes. */
  owe(ring: ChannelRing): void {
    this.#rings = this.#rings.filter((known) => known.deref() !== undefined);
    this.#rings.push(new WeakRef(ring));
  }

  /** Whether a job like this goes on without being polled. */
  runsAsync(operation: Operation, bytes: number, flags: number, order: number): boolean {
    return this.#engines.runsAsync(operation, bytes, flags, order);
  }

  /** Begins the job unless others wait for a slot before it, or there is none. */
  begin(job: JobFuture<unknown>): boolean {
    if (this.#closed && !this.#waiting.has(job)) refuseJob(job);
    return this.#waiting.size === 0 && beginJob(job);
  }

  /** Begins the job as soon as there is room; see `schedule`. */
  wait(job: JobFuture<unknown>): void {
    this.#waiting.add(job);
  }

  /** Where a job like this is executed on the spot; undefined: it takes a slot of the table. */
  spot(operation: Operation, bytes: number, flags: number, order: number): SpotJobs | undefined {
    const spot = this.onTheSpot;
    if (spot === undefined || operation.opcode === Opcode.Drain) return undefined;
    if (!this.#engines.isSpot(operation, bytes, flags, order)) return undefined;
    return spot.takes(bytes) || this.#engines.immediate ? spot : undefined;
  }

  /** A slot for a job, as a ticket, until it is gathered; -1: there is none. */
  acquire(job: AnyJob): number {
    if (this.table.beginning >= 0) this.#forget(this.table.beginning);
    return this.table.acquire(job);
  }

  /** Hands over what is gathered, if it is enough. */
  submitEnough(): void {
    if (this.gathered >= this.enough) this.submit();
  }

  /** Gathers an encoded job for the engine that suits it: to be handed over when it is time to; see `schedule`. */
  gather(slot: number, operation: Operation, bytes: number, flags: number, order: number): void {
    if (operation.opcode !== Opcode.Drain) this.#engines.push(slot, operation, bytes, flags, order);
    else if (this.hardware === undefined) this.#engines.pushDrain(slot);
    else this.#drains.push(slot);
    this.#gathered++;
    this.#resting = false;
    this.table.beginning = -1;
  }

  /** Gathers for software a job that was gathered for hardware. */
  pushSoftware(slot: number, bytes: number): void {
    this.#engines.pushSoftware(slot, bytes);
    this.#gathered++;
  }

  /** Hands over together what begins within, however much is gathered otherwise. */
  together(begin: () => void): void {
    this.#together = true;
    try {
      begin();
    } finally {
      this.#together = false;
    }
    this.submit();
  }

  /** Nobody wants a job any more that is to be executed on the spot. */
  withdraw(job: JobFuture<unknown>): void {
    this.onTheSpot?.withdraw(job);
  }

  /** Withdraws a job from the line of those that wait, if it stands there. */
  leave(job: JobFuture<unknown>): void {
    this.#waiting.delete(job);
  }

  /** Whether the job in this slot has begun and no engine has it yet. */
  holds(slot: number): boolean {
    return this.#engines.holds(slot) || this.#drains.includes(slot);
  }

  /** The job in this slot has begun, and nobody wants it any more: the engine shall do nothing. */
  disarm(slot: number): void {
    this.table.prepare(slot, Opcode.Nop, 0, 0);
  }

  /** Hands over what is gathered; returns how many jobs are complete already. */
  submit(): number {
    // First, since turns hand over before they look at records, and that of a slot just taken is old.
    if (this.table.beginning >= 0) this.#forget(this.table.beginning);
    if (this.#together) return 0;
    const executed = this.onTheSpot?.run() ?? 0;
    if (this.#gathered > 0) this.#gathered = this.#engines.submit(this.#verify);
    return executed;
  }

  /** A poll found its job pending. Perhaps nothing else looks after what devices leave to do. */
  inVain(): void {
    if (this.hardware === undefined || ++this.#vain < PATIENCE) return;
    this.#vain = 0;
    this.look(PATIENCE);
  }

  /**
   * A turn that is not the event loop's, which may be asleep. Nobody wakes it for what this turn has heard
   * of from devices: where that may be more than it settles, the loop has a turn, too.
   */
  look(budget: number): void {
    if (this.turn(budget) >= budget && this.hardware !== undefined) this.schedule();
  }

  turn(budget: number): number {
    const executed = this.submit();
    // Polls may have made room; what begins here and is complete at once counts in this turn.
    if (this.#waiting.size > 0) this.#startWaiting();
    const hardware = this.#resting ? undefined : this.hardware;
    this.#resting = this.table.quiet && this.hardware?.whole !== false;
    const lost = hardware === undefined ? 0 : this.#tend(hardware);
    this.sampler.look();
    let settled = executed + this.table.sweep(budget, settleJob);
    if (hardware !== undefined) settled += this.#attend(hardware, settled, budget);
    settled += lost;
    if (settled > 0 && this.#waiting.size > 0) this.#startWaiting();
    if (!this.#listeners.none) this.#notify();
    this.deliver();
    return settled;
  }

  /** Whether there is something to deliver. */
  get announced(): boolean {
    return this.#announced.length > this.#told;
  }

  /** The job is complete, and somebody waits for it. */
  announce(job: AnyJob): void {
    // No method, which a program could have replaced: it is in the midst of what it settles.
    this.#announced[this.#announced.length] = job;
  }

  /**
   * Tells those who wait for jobs that are complete. That runs code of the program, which may do
   * anything, so it comes at the end of whatever completed them.
   */
  deliver(): void {
    if (this.#announced.length === 0) return;
    const { now } = epoch;
    // What they call may come here.
    const outermost = this.#telling !== now;
    if (outermost) this.#told = 0;
    this.#telling = now;
    while (this.#told < this.#announced.length) deliverJob(this.#announced[this.#told++]);
    if (!outermost) return;
    this.#announced = [];
    this.#told = 0;
    this.#telling = 0;
  }

  /** Resolves when there is room for a job without waiting in line. */
  ready(): Promise<void> {
    return this.#until('room');
  }

  /** Resolves when nothing is pending. */
  drained(): Promise<void> {
    return this.#until('idle');
  }

  /** Jobs that are not handed over. */
  get gathered(): number {
    return this.#gathered + (this.onTheSpot?.gathered ?? 0);
  }

  /** Accepts no more. */
  refuse(): void {
    this.#closed = true;
    this.onTheSpot?.run();
    this.onTheSpot?.renew();
  }

  /** Accepts no more from channels; parts of what is under way may come yet. */
  refuseChannels(): void {
    this.#channelsClosed = true;
    for (const ring of this.#rings) ring.deref()?.end();
    this.#rings = [];
  }

  get channelsClosed(): boolean {
    return this.#channelsClosed;
  }

  close(): void {
    collected.unregister(this);
    this.#release();
  }

  /** The beginning of a job was cut off: nothing comes of it, unless an engine has it. */
  #forget(slot: number): void {
    if (this.holds(slot)) this.#gathered++;
    else this.table.release(this.table.ticket(slot));
    this.table.beginning = -1;
  }

  /** Jobs in pieces and batches go on, and those that get no answer fail; returns how many did. */
  #tend(hardware: Hardware): number {
    const lost = hardware.tend();
    const count = lost.length;
    if (count === 0) return 0;
    // One at a time: where this is cut off, the rest are lost in the next turn.
    for (; lost.length > 0; lost.shift()) loseJob(this.table.job(lost[0]), lost[0]);
    hardware.failed();
    return count;
  }

  /** What can be done now that jobs have ended; returns how many more ended. */
  #attend(hardware: Hardware, settled: number, budget: number): number {
    for (const slot of this.table.reclaim()) hardware.engine.settled(slot);
    let more = 0;
    if (hardware.review(this.table.ample, this.#reroute)) {
      this.submit();
      // What was executed on the spot: no engine wakes the loop for it.
      more += this.table.sweep(budget - settled, settleJob);
    }
    while (this.#drains.length > 0 && this.#drains[0] === this.table.oldest) {
      this.#engines.pushDrain(this.#drains[0]);
      this.#drains.shift();
      this.#gathered++;
      this.submit();
      more += this.table.sweep(1, settleJob);
    }
    return more;
  }

  /**
   * Sees to it that what is begun is handed over, even if nobody polls it. To be called before a job
   * takes a place: it may run code of the program, as hooks of promises are.
   */
  schedule(): void {
    if (this.#unscheduled) this.#schedule();
  }

  #schedule(): void {
    openSource(this.#runtime, this);
    if (this.#when === 'tick' || this.#starting || loopIsDue()) {
      setImmediate(this.#flush);
    } else {
      void resolved.then(this.#flush);
    }
    this.#unscheduled = false;
  }

  /** Those that begin behind a sweep are settled in a later turn: with another at once, the loop would starve. */
  #startWaiting(): void {
    this.#starting = true;
    for (const job of this.#waiting) {
      if (!beginJob(job)) break;
      this.#waiting.delete(job);
    }
    this.#starting = false;
    this.submit();
  }

  async #until(event: 'room' | 'idle'): Promise<void> {
    const come = this.#listeners.wait(event);
    this.schedule();
    return come;
  }

  #notify(): void {
    this.#listeners.notify({
      room: this.#waiting.size === 0 && !this.table.full,
      idle: this.pending === 0,
    });
  }
}
