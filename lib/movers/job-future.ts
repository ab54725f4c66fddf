import { Descriptor, Opcode } from '../abi/descriptor';
import { Status, type Records } from '../abi/completion-record';
import { conceal } from '../conceal';
import { closedError, cutOffError, lostError } from '../errors';
import { asError } from '../future/as-error';
import { BaseFuture, brands, deferredOf, Phase, type Deferred } from '../future/base-future';
import { FutureState } from '../future/future';
import { offered, wakeAll, type Notifier, type Wake } from '../future/notifier';
import { abortedBy, onAbort } from '../future/on-abort';
import { polls } from '../future/poll';
import { Ticket } from '../jobs/job-table';
import { Order } from '../jobs/order';
import { recordError } from '../operations/record-error';
import { detached, hold, intact, type Operands } from '../operations/operation';
import type { Entry } from './channel-entry';
import { choose, started, unwatched } from './job-attention';
import { goesOn, hasResult } from './job-end';
import type { JobQueue } from './job-queue';
import type { SpotJobs } from './spot-jobs';

// What the queue does to jobs. Users hold these futures, and must not be able to do it themselves.

/** Takes a slot, encodes, and calls the queue's `push`; false when there is no slot. */
export let beginJob: (job: JobFuture<unknown>) => boolean;
/**
 * Last look before the engine gets it. A job whose memory has gone fails; false: there is nothing to
 * be done. For an engine that works while the program runs, `keep` the memory from going.
 */
export let verifyJob: (job: AnyJob, keep: boolean) => boolean;
/** A job that was executed on the spot takes its result from the record. Never throws. */
export let finishJob: (job: JobFuture<unknown>, records: Records, slot: number) => void;
/** The record of the job is there: takes the result, releases the slot. Never throws. */
export let settleJob: (job: AnyJob, slot: number) => void;
/** A device stopped answering: the job fails, and its memory stays as it is. */
export let loseJob: (job: AnyJob, slot: number) => void;
/** No work queue serves any more: the job goes to software, or fails where it must not. */
export let rerouteJob: (job: AnyJob, slot: number) => void;
/** The queue is closed: a job that has not begun fails. */
export let refuseJob: (job: JobFuture<unknown>) => void;
/** A job that is gathered on the spot already. */
export let gatheredJob: <T>(queue: JobQueue, operands: Operands<T>) => JobFuture<T>;
/** The job is complete: tells those who wait for it. */
export let deliverJob: (job: AnyJob) => void;
/** Starts the job: the event loop finishes it, and a failure that nobody looks at is reported. */
export let startJob: (job: JobFuture<unknown>) => void;
/** Aborting the signal withdraws the job, or fails it once the engine is done. */
export let listenJob: (job: JobFuture<unknown>, signal: AbortSignal) => void;

/** What the queue has in its table; what waits in line and is told of are futures alone. */
export type AnyJob = JobFuture<unknown> | Entry;

/** Instead of a ticket: the job has not begun, waits in line for a slot, or needs none, gathered or by itself. */
const enum No {
  Ticket = -1,
  TicketYet = -2,
  TicketOnTheSpot = -3,
  TicketAtOnce = -4,
}

// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface JobFuture<T> extends BaseFuture<T> {}

/**
 * An operation of a mover as a future: one job, from its operands to its result.
 *
 * It has the methods of BaseFuture, and its own copy of the fields: one is made for every
 * operation, and V8 constructs a class that is derived from none in half the time.
 */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- set below the class
export class JobFuture<T> {
  static {
    conceal(this, 'operations of a mover');
    brands.push((value) => #queue in value);
    polls.push((future, notifier) => {
      if (!(#queue in future)) return false;
      const job = future as JobFuture<unknown>;
      if (notifier === null) job.#poll();
      else job.#pollFor(notifier);
      return true;
    });
    beginJob = (job) => job.#begin();
    verifyJob = (job, keep) => (#queue in job ? job.#verify(keep) : job.verify(keep));
    finishJob = (job, records, slot) => {
      job.#finish(records, slot);
    };
    settleJob = (job, slot) => {
      if (#queue in job) job.#settle(slot);
      else job.settle(slot);
    };
    loseJob = (job, slot) => {
      if (#queue in job) job.#lose(slot);
      else job.lose(slot);
    };
    rerouteJob = (job, slot) => {
      if (#queue in job) job.#reroute(slot);
      else job.reroute();
    };
    refuseJob = (job) => {
      job.#refuse();
    };
    deliverJob = (job) => {
      if (#queue in job) job.#deliver();
      else job.deliver();
    };
    startJob = (job) => {
      job.#start();
    };
    gatheredJob = (queue, operands) => {
      const job = new JobFuture(queue, 0, operands);
      job.#ticket = No.TicketOnTheSpot;
      job.#phase = Phase.Running;
      return job;
    };
    listenJob = (job, signal) => {
      job.#attend(signal);
    };
  }

  // Private, and so written to also where a program has frozen the future.
  #phase: Phase = Phase.Idle;
  #outcome: unknown = undefined;
  #deferred: Deferred | undefined = undefined;
  readonly #queue: JobQueue;
  /** How it is carried out: see `Order`. */
  readonly #order: number;
  /** They keep the memory alive until the engine is done with it, and are let go then. */
  #operands: Operands<T> | undefined;
  #ticket: number = No.Ticket;
  #attention = unwatched;

  /** @param order - how it is carried out: see `Order` */
  constructor(queue: JobQueue, order: number, operands: Operands<T>) {
    this.#queue = queue;
    this.#order = order;
    this.#operands = operands;
  }

  /** @internal */
  get phase(): Phase {
    return this.#phase;
  }

  /** @internal */
  get outcome(): unknown {
    return this.#outcome;
  }

  /** @internal */
  get deferred(): Deferred | undefined {
    return this.#deferred;
  }

  set deferred(deferred: Deferred | undefined) {
    this.#deferred = deferred;
  }

  /** @internal */
  looked(): void {
    if (this.#phase !== Phase.Failed) return;
    // Perhaps before it was told of.
    this.#ignore();
    this.#deferred?.promise.catch(() => undefined);
  }

  has(property: string): boolean {
    const operands = this.#operands;
    if (operands === undefined || property !== 'async') return false;
    const { operation, length, flags } = operands;
    return this.#queue.runsAsync(operation, length, flags, this.#order);
  }

  poll(notifier?: Notifier | null): FutureState {
    if (notifier !== undefined && notifier !== null) return this.#pollFor(offered(notifier)!);
    return this.#poll();
  }

  #poll(): FutureState {
    if (ended(this.#phase)) return FutureState.Complete;
    const queue = this.#queue;
    if (this.#phase === Phase.Running) queue.submit();
    // The room that it waits for may be made by nobody else: perhaps this is all that is polled.
    else if (this.#ticket === No.TicketYet) queue.look(1);
    else if (this.#phase === Phase.Idle && !queue.begin(this)) queue.look(1);
    const ticket = this.#ticket;
    if (ticket >= 0) {
      const slot = ticket & Ticket.SlotMask;
      if (queue.table.records.status(slot) !== Status.Pending) this.#settle(slot);
      else queue.inVain();
    } else if (ticket === No.TicketAtOnce && this.#phase === Phase.Running) {
      // Nobody knows whether it was executed.
      this.#end(Phase.Failed, cutOffError());
      this.#letGo();
    }
    if (queue.announced) queue.deliver();
    return stateOf(this.#phase);
  }

  /** Who cancels need not look at the failure. */
  cancel(reason?: unknown): boolean {
    this.looked();
    this.#ignore();
    const cancelled = this.#cancel(reason);
    this.#queue.deliver();
    return cancelled;
  }

  /** @internal */
  drive(): void {
    this.#enqueue();
  }

  /** Its failure need not be reported. */
  #ignore(): void {
    if (this.#attention.eager) this.#attention = { ...this.#attention, eager: false };
  }

  /** Ends it, unless an engine has it. */
  #cancel(reason: unknown): boolean {
    const queue = this.#queue;
    const ticket = this.#ticket;
    if (ended(this.#phase)) return false;
    const slot = ticket < 0 ? ticket : queue.table.slotOf(ticket);
    if (slot >= 0 && !queue.holds(slot)) return false;
    this.#end(Phase.Failed, asError(reason));
    if (slot >= 0) queue.disarm(slot);
    else if (ticket === No.TicketOnTheSpot) queue.withdraw(this);
    else queue.leave(this);
    this.#letGo();
    return true;
  }

  /**
   * It is complete, whatever is still to be cleaned up: what it takes that may be cut off, by a full
   * stack, comes first, and is done again then. No promise is made here: hooks of promises are code of
   * the program, and others of the queue may be verified, and not handed over.
   */
  #end(phase: Phase.Complete | Phase.Failed, outcome: unknown): void {
    this.#announce();
    this.#phase = phase;
    this.#outcome = outcome;
  }

  #announce(): void {
    if (this.#deferred === undefined && this.#attention === unwatched) return;
    this.#queue.announce(this);
  }

  #pollFor(notifier: Notifier): FutureState {
    const armed = this.#attention.wakers?.has(notifier) === true;
    if (armed && this.#phase === Phase.Running && !this.#visible()) {
      notifier.useWaker();
      return FutureState.Running;
    }
    // Who polls need not be woken by what this poll does.
    this.#attention.wakers?.delete(notifier);
    this.#poll();
    if (ended(this.#phase)) return FutureState.Complete;
    const begun = this.#phase === Phase.Running;
    const visible = begun ? () => this.#visible() : undefined;
    const wake = choose(notifier, visible, this.#queue.notifier);
    if (wake === undefined) return stateOf(this.#phase);
    const { wakers = new Map<Notifier, Wake>() } = this.#attention;
    this.#attention = { ...this.#attention, wakers: wakers.set(notifier, wake) };
    if (!begun) this.#enqueue();
    return stateOf(this.#phase);
  }

  /** Hands the job over, if that has not been done, and then reads its record alone. */
  #visible(): boolean {
    if (this.#phase !== Phase.Running) return ended(this.#phase);
    this.#queue.submit();
    const ticket = this.#ticket;
    if (ticket < 0) return ended(this.#phase);
    return this.#queue.table.records.status(ticket & Ticket.SlotMask) !== Status.Pending;
  }

  #deliver(): void {
    // What ended it was cut off: it comes once more.
    if (!ended(this.#phase)) return;
    const { unlisten, wakers } = this.#attention;
    unlisten?.();
    if (this.#phase === Phase.Failed) {
      // Nobody may ever look at the failure: it is a rejection then that is reported.
      if (this.#attention.eager) deferredOf(this);
      this.#deferred?.reject(this.#outcome);
    } else {
      this.#deferred?.resolve(this.#outcome);
    }
    if (wakers !== undefined) wakeAll(wakers);
  }

  #start(): void {
    this.#attention = this.#attention === unwatched ? started : { ...this.#attention, eager: true };
    if (this.#phase === Phase.Failed) deferredOf(this);
    else this.#enqueue();
    if (this.#queue.immediate) this.#poll();
  }

  #isFresh(): boolean {
    return this.#phase === Phase.Idle && this.#ticket === No.Ticket;
  }

  /** Begins now, or waits in line; once. */
  #enqueue(): void {
    if (!this.#isFresh()) return;
    if (this.#queue.begin(this)) {
      this.#queue.deliver();
      return;
    }
    // Before it stands in line: see `#begin`.
    this.#queue.schedule();
    if (!this.#isFresh()) return;
    this.#queue.wait(this);
    this.#ticket = No.TicketYet;
    this.#listen();
  }

  #attend(signal: AbortSignal): void {
    const error = abortedBy(signal);
    if (error === undefined) this.#attention = { ...this.#attention, signal };
    else this.#cancel(error);
  }

  #abort(error: Error): void {
    if (this.#cancel(error)) this.#queue.deliver();
    else this.#attention = { ...this.#attention, late: error };
  }

  #listen(): void {
    const { signal, unlisten } = this.#attention;
    if (signal === undefined || unlisten !== undefined) return;
    const look = (): void => {
      const error = abortedBy(signal);
      if (error !== undefined) this.#abort(error);
    };
    const unwatch = onAbort(signal, look);
    this.#attention = { ...this.#attention, unlisten: unwatch };
    look();
  }

  #refuse(): void {
    this.#end(Phase.Failed, closedError('the mover', 'open another'));
    this.#letGo();
  }

  #letGo(): void {
    this.#operands = undefined;
  }

  /** Whether it has begun, or needs not to any more. */
  #hasBegun(): boolean {
    // Not by the phase, which whoever holds the future can write.
    return this.#ticket >= 0 || this.#ticket <= No.TicketOnTheSpot || ended(this.#phase);
  }

  #begin(): boolean {
    const { signal } = this.#attention;
    // Asked first: a signal of somebody else's making may poll the job.
    const aborted = signal && abortedBy(signal);
    if (this.#hasBegun()) return true;
    const operands = this.#operands;
    if (operands === undefined) return true;
    if (aborted !== undefined) {
      this.#abort(aborted);
      return true;
    }
    const { operation, length, flags } = operands;
    if (length === 0 && operation.empty !== undefined) {
      this.#end(Phase.Complete, operation.empty(operands));
      this.#letGo();
      return true;
    }
    const spot = this.#queue.spot(operation, length, flags, this.#order);
    if (spot?.single === true) {
      this.#perform(spot, operands);
    } else {
      if (spot === undefined && this.#queue.table.full) return false;
      // Before it takes a place: hooks of the program that are called may do anything.
      this.#queue.schedule();
      if (this.#hasBegun()) return true;
      if (spot !== undefined) this.#occupy(spot, operands);
      else if (!this.#enter(operands)) return false;
    }
    if (signal !== undefined && !ended(this.#phase)) this.#listen();
    return true;
  }

  /** Is executed at once, and by itself. */
  #perform(spot: SpotJobs, operands: Operands<T>): void {
    // Once at most, whatever becomes of the rest.
    this.#ticket = No.TicketAtOnce;
    this.#phase = Phase.Running;
    const slot = spot.perform(operands);
    if (slot >= 0) this.#conclude(spot.records, slot, operands);
    else this.#end(Phase.Failed, detached(operands));
    this.#letGo();
  }

  /** Takes a place among the jobs that are executed on the spot. */
  #occupy(spot: SpotJobs, operands: Operands<T>): void {
    const { operation, length, flags } = operands;
    const at = spot.describe(operation, flags, length);
    operation.encode(spot.words, at, operands);
    spot.add(this, length);
    this.#ticket = No.TicketOnTheSpot;
    this.#phase = Phase.Running;
    if (spot.full) this.#queue.submit();
  }

  /** Takes a slot of the table; false when there is none. */
  #enter(operands: Operands<T>): boolean {
    const { operation, length, flags } = operands;
    const { table } = this.#queue;
    const ticket = this.#queue.acquire(this);
    if (ticket < 0) return false;
    const slot = ticket & Ticket.SlotMask;
    const words = table.prepare(slot, operation.opcode, flags, length);
    operation.encode(words, slot * Descriptor.Words, operands);
    this.#queue.gather(slot, operation, length, flags, this.#order);
    this.#ticket = ticket;
    this.#phase = Phase.Running;
    this.#queue.submitEnough();
    return true;
  }

  #verify(keep: boolean): boolean {
    const operands = this.#operands;
    if (operands === undefined) return false;
    if (intact(operands)) {
      if (keep) hold(operands);
      return true;
    }
    this.#end(Phase.Failed, detached(operands));
    this.#letGo();
    return false;
  }

  #settle(slot: number): void {
    const queue = this.#queue;
    const { table } = queue;
    const operation = this.#operands?.operation;
    if (goesOn(queue, slot, operation)) return;
    table.records.acquire(slot);
    if (operation?.opcode === Opcode.Drain) table.sweepBefore(slot, settleJob);
    this.#finish(table.records, slot);
    table.release(table.ticket(slot));
    this.#ticket = No.Ticket;
  }

  /** Takes the result from the record, if it is still wanted. */
  #finish(records: Records, slot: number): void {
    if (!ended(this.#phase)) {
      const operands = this.#operands;
      if (operands !== undefined) this.#conclude(records, slot, operands);
    }
    this.#letGo();
  }

  #conclude(records: Records, slot: number, operands: Operands<T>): void {
    const { operation } = operands;
    const { late } = this.#attention;
    if (!hasResult(records.status(slot), operation)) {
      this.#end(Phase.Failed, recordError(records, slot, operands));
    } else if (late !== undefined) {
      this.#end(Phase.Failed, late);
    } else if (intact(operands)) {
      this.#end(Phase.Complete, operation.decode(records, slot, operands));
    } else {
      this.#end(Phase.Failed, detached(operands));
    }
  }

  #lose(slot: number): void {
    const { table } = this.#queue;
    const operation = this.#operands?.operation.name;
    if (!ended(this.#phase)) this.#end(Phase.Failed, lostError(operation));
    // Last: what is cut off before is done once more.
    table.quarantine(table.ticket(slot));
    this.#ticket = No.Ticket;
  }

  #reroute(slot: number): void {
    const operands = this.#operands;
    if (operands !== undefined && (this.#order & Order.PathMask) === Order.Hardware) {
      this.#end(Phase.Failed, lostError(operands.operation.name));
      this.#queue.disarm(slot);
      this.#letGo();
    }
    this.#queue.pushSoftware(slot, operands?.length ?? 0);
  }
}

Object.setPrototypeOf(JobFuture.prototype, BaseFuture.prototype);

const ended = (phase: Phase): boolean => (phase & Phase.Complete) !== 0;

const stateOf = (phase: Phase): FutureState =>
  phase === Phase.Failed ? FutureState.Complete : phase;
