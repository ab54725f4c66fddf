import { Descriptor, Opcode } from '../abi/descriptor';
import { Status, type Records } from '../abi/completion-record';
import { closedError, lostError } from '../errors';
import { asError, BaseFuture, Phase, type Deferred } from '../future/base-future';
import { FutureState } from '../future/future';
import { offered, wakeAll, type Notifier, type Wake } from '../future/notifier';
import { onAbort } from '../future/on-abort';
import { Ticket } from '../jobs/job-table';
import { Order } from '../jobs/order';
import type { Range } from '../memory/range';
import { recordError } from '../operations/record-error';
import {
  detached,
  hold,
  intact,
  isThere,
  plainOperands,
  type Operands,
  type Operation,
} from '../operations/operation';
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
/** The same for a job that is executed on the spot. */
export let readyJob: (job: JobFuture<unknown>) => boolean;
/** A job that was executed on the spot takes its result from the record. Never throws. */
export let finishJob: (job: JobFuture<unknown>, records: Records, slot: number) => void;
/** The record of the job is there: takes the result, releases the slot. Never throws. */
export let settleJob: (job: AnyJob) => void;
/** A device stopped answering: the job fails, and its memory stays as it is. */
export let loseJob: (job: AnyJob) => void;
/** No work queue serves any more: the job goes to software, or fails where it must not. */
export let rerouteJob: (job: AnyJob, slot: number) => void;
/** The queue is closed: a job that has not begun fails. */
export let refuseJob: (job: JobFuture<unknown>) => void;
/** The job is complete: tells those who wait for it. */
export let deliverJob: (job: JobFuture<unknown>) => void;
/** Starts the job: the event loop finishes it, and a failure that nobody looks at is reported. */
export let startJob: (job: JobFuture<unknown>) => void;
/** Aborting the signal withdraws the job, or fails it once the engine is done. */
export let listenJob: (job: JobFuture<unknown>, signal: AbortSignal) => void;

/** What the queue has in its table; what waits in line and is told of are futures alone. */
export type AnyJob = JobFuture<unknown> | Entry;

/** Instead of a ticket: the job has not begun, waits in line for a slot, or needs none. */
const enum No {
  Ticket = -1,
  TicketYet = -2,
  TicketOnTheSpot = -3,
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
    beginJob = (job) => job.#begin();
    verifyJob = (job, keep) => (#queue in job ? job.#verify(keep) : job.verify(keep));
    readyJob = (job) => job.#ready();
    finishJob = (job, records, slot) => {
      job.#finish(records, slot);
    };
    settleJob = (job) => {
      if (#queue in job) job.#settle();
      else job.settle();
    };
    loseJob = (job) => {
      if (#queue in job) job.#lose();
      else job.lose();
    };
    rerouteJob = (job, slot) => {
      if (#queue in job) job.#reroute(slot);
      else job.reroute();
    };
    refuseJob = (job) => {
      job.#refuse();
    };
    deliverJob = (job) => {
      job.#deliver();
    };
    startJob = (job) => {
      job.#start();
    };
    listenJob = (job, signal) => {
      job.#attend(signal);
    };
  }

  /** @internal */
  phase: Phase = Phase.Idle;
  /** @internal Of a plain job, what it will come to. */
  outcome: unknown = undefined;
  /** @internal */
  deferred: Deferred | undefined = undefined;
  readonly #queue: JobQueue;
  /** How it is carried out: see `Order`. */
  readonly #order: number;
  /** They keep the memory alive until the engine is done with it, and are let go then. */
  #operands: Operands<T> | undefined;
  /**
   * A plain job has these instead of operands: most jobs are such, and an object less makes them a
   * third cheaper. It has operands as soon as anything else is wanted than to do it on the spot.
   */
  #plain: Operation<T, undefined> | undefined;
  #destination: Range | null;
  #source: Range | null;
  #ticket: number = No.Ticket;
  #attention = unwatched;

  /**
   * @param order - how it is carried out: see `Order`
   * @param operands - absent for a plain job
   * @param plain - a nop, copy or move, on the memory that follows
   * @param value - what a plain job comes to
   */
  constructor(
    queue: JobQueue,
    order: number,
    operands: Operands<T> | undefined,
    plain?: Operation<T, undefined>,
    destination: Range | null = null,
    source: Range | null = null,
    value?: T,
  ) {
    this.#queue = queue;
    this.#order = order;
    this.#operands = operands;
    this.#plain = plain;
    this.#destination = destination;
    this.#source = source;
    this.outcome = value;
  }

  has(property: string): boolean {
    const operands = this.#wanted();
    if (this.done || operands === undefined || property !== 'async') return false;
    const { operation, length, flags } = operands;
    return this.#queue.runsAsync(operation, length, flags, this.#order);
  }

  poll(notifier?: Notifier | null): FutureState {
    if (notifier !== undefined && notifier !== null) return this.#pollFor(offered(notifier)!);
    if (this.done) return FutureState.Complete;
    if (this.#plain !== undefined && this.#ticket === No.Ticket) return this.#beginPlain();
    return this.#pollOn();
  }

  #pollOn(): FutureState {
    const queue = this.#queue;
    if (this.phase === Phase.Running) queue.submit();
    // The room that it waits for may be made by nobody else: perhaps this is all that is polled.
    else if (this.#ticket === No.TicketYet) queue.turn(1);
    else if (this.phase === Phase.Idle) queue.begin(this);
    const ticket = this.#ticket;
    if (ticket >= 0) {
      const slot = ticket & Ticket.SlotMask;
      if (queue.table.records.status(slot) !== Status.Pending) this.#settle();
      else queue.inVain();
    }
    if (queue.announced) queue.deliver();
    return this.state;
  }

  /** @internal */
  complete(value: T): void {
    this.phase = Phase.Complete;
    this.outcome = value;
    this.#announce();
  }

  /** @internal */
  fail(error: Error): void {
    this.#attention.unlisten?.();
    this.phase = Phase.Failed;
    this.outcome = error;
    this.#announce();
    if (this.#attention.eager) void this.promise();
  }

  /** Who cancels need not look at the failure. */
  cancel(reason?: unknown): boolean {
    if (this.#attention.eager) this.#attention = { ...this.#attention, eager: false };
    const cancelled = cancel.call(this, reason);
    this.#queue.deliver();
    return cancelled;
  }

  /** @internal */
  drive(): void {
    this.#enqueue();
  }

  /** @internal */
  stop(): boolean {
    if (this.#ticket === No.TicketOnTheSpot) {
      this.#queue.withdraw(this);
    } else if (this.#ticket < 0) {
      this.#queue.leave(this);
    } else {
      const slot = this.#queue.table.slotOf(this.#ticket);
      if (!this.#queue.holds(slot)) return false;
      this.#queue.disarm(slot);
    }
    this.#letGo();
    return true;
  }

  #pollFor(notifier: Notifier): FutureState {
    const armed = this.#attention.wakers?.has(notifier) === true;
    if (armed && this.phase === Phase.Running && !this.#visible()) {
      notifier.useWaker();
      return FutureState.Running;
    }
    // Who polls need not be woken by what this poll does.
    this.#attention.wakers?.delete(notifier);
    this.poll();
    if (this.done) return FutureState.Complete;
    const begun = this.phase === Phase.Running;
    const visible = begun ? () => this.#visible() : undefined;
    const wake = choose(notifier, visible, this.#queue.notifier);
    if (wake === undefined) return this.state;
    const { wakers = new Map<Notifier, Wake>() } = this.#attention;
    this.#attention = { ...this.#attention, wakers: wakers.set(notifier, wake) };
    if (!begun) this.#enqueue();
    return this.state;
  }

  /** Hands the job over, if that has not been done, and then reads its record alone. */
  #visible(): boolean {
    if (this.phase !== Phase.Running) return this.done;
    this.#queue.submit();
    const ticket = this.#ticket;
    if (ticket < 0) return this.done;
    return this.#queue.table.records.status(ticket & Ticket.SlotMask) !== Status.Pending;
  }

  #announce(): void {
    if (this.deferred === undefined && this.#attention === unwatched) return;
    this.#queue.announce(this);
  }

  #deliver(): void {
    if (this.phase === Phase.Failed) this.deferred?.reject(this.outcome);
    else this.deferred?.resolve(this.outcome);
    const { wakers } = this.#attention;
    if (wakers !== undefined) wakeAll(wakers);
  }

  #start(): void {
    this.#attention = this.#attention === unwatched ? started : { ...this.#attention, eager: true };
    if (this.phase === Phase.Failed) void this.promise();
    else this.#enqueue();
    if (this.#queue.immediate) this.poll();
  }

  /** Begins now, or waits in line; once. */
  #enqueue(): void {
    if (this.phase !== Phase.Idle || this.#ticket !== No.Ticket) return;
    if (this.#queue.begin(this)) {
      this.#queue.deliver();
      return;
    }
    this.#ticket = No.TicketYet;
    this.#queue.wait(this);
    this.#listen();
  }

  #attend(signal: AbortSignal): void {
    if (signal.aborted) cancel.call(this, signal.reason);
    else this.#attention = { ...this.#attention, signal };
  }

  #abort(reason: unknown): void {
    if (cancel.call(this, reason)) this.#queue.deliver();
    else this.#attention = { ...this.#attention, late: { reason } };
  }

  #listen(): void {
    const { signal, unlisten } = this.#attention;
    if (signal === undefined || unlisten !== undefined) return;
    const unwatch = onAbort(signal, () => {
      this.#abort(signal.reason);
    });
    this.#attention = { ...this.#attention, unlisten: unwatch };
    if (signal.aborted) this.#abort(signal.reason);
  }

  #refuse(): void {
    this.#letGo();
    this.fail(closedError('the mover', 'open another'));
  }

  /** Its operands, made now for a plain job; undefined when it needs them no more. */
  #wanted(): Operands<T> | undefined {
    const plain = this.#plain;
    if (plain === undefined) return this.#operands;
    const operands = plainOperands(plain, this.#destination, this.#source, this.outcome);
    this.#letGo();
    this.outcome = undefined;
    return (this.#operands = operands);
  }

  #letGo(): void {
    this.#operands = this.#plain = undefined;
    this.#destination = this.#source = null;
  }

  #beginPlain(): FutureState {
    const plain = this.#plain!;
    const destination = this.#destination;
    const bytes = destination === null ? 0 : destination.length;
    const spot = this.#queue.onTheSpot;
    if (spot === undefined || bytes > spot.most || (bytes === 0 && plain.empty !== undefined)) {
      this.#wanted();
      return this.#pollOn();
    }
    spot.addPlain(this, plain.opcode, bytes, destination, this.#source);
    this.#ticket = No.TicketOnTheSpot;
    this.phase = Phase.Running;
    return spot.full ? this.#pollOn() : FutureState.Running;
  }

  #begin(): boolean {
    // Not by the phase, which whoever holds the future can write.
    if (this.#ticket >= 0 || this.#ticket === No.TicketOnTheSpot) return true;
    const operands = this.#wanted();
    if (operands === undefined) return true;
    const { signal } = this.#attention;
    if (signal?.aborted === true) {
      this.#abort(signal.reason);
      return true;
    }
    const { operation, length, flags } = operands;
    if (length === 0 && operation.empty !== undefined) {
      this.#letGo();
      this.complete(operation.empty(operands));
      return true;
    }
    const spot = this.#queue.spot(operation, length, flags, this.#order);
    if (spot === undefined) {
      if (!this.#enter(operands)) return false;
    } else if (spot.single) this.#perform(spot, operands);
    else this.#occupy(spot, operands);
    if (signal !== undefined && !this.done) this.#listen();
    return true;
  }

  /** Is executed at once, and by itself. */
  #perform(spot: SpotJobs, operands: Operands<T>): void {
    this.#letGo();
    if (!intact(operands)) {
      this.fail(detached(operands));
      return;
    }
    const { operation } = operands;
    const { records } = spot;
    const slot = spot.perform(operands);
    if (hasResult(records.status(slot), operation)) {
      this.complete(operation.decode(records, slot, operands));
    } else {
      this.fail(recordError(records, slot, operands));
    }
  }

  /** Takes a place among the jobs that are executed on the spot. */
  #occupy(spot: SpotJobs, operands: Operands<T>): void {
    const { operation, length, flags } = operands;
    const at = spot.add(this, operation, flags, length);
    operation.encode(spot.words, at, operands);
    this.#ticket = No.TicketOnTheSpot;
    this.phase = Phase.Running;
    if (spot.full) this.#queue.submit();
  }

  /** Takes a slot of the table; false when there is none. */
  #enter(operands: Operands<T>): boolean {
    const { operation, length, flags } = operands;
    const { table } = this.#queue;
    const ticket = table.acquire(this);
    if (ticket < 0) return false;
    const slot = ticket & Ticket.SlotMask;
    const words = table.prepare(slot, operation.opcode, flags, length);
    operation.encode(words, slot * Descriptor.Words, operands);
    this.#ticket = ticket;
    this.phase = Phase.Running;
    this.#queue.push(slot, operation, length, flags, this.#order);
    return true;
  }

  /** As `#verify`, for one that is executed at once. */
  #ready(): boolean {
    if (this.#plain === undefined) return this.#verify(false);
    return (isThere(this.#destination) && isThere(this.#source)) || this.#verify(false);
  }

  #verify(keep: boolean): boolean {
    const operands = this.#wanted();
    if (operands === undefined) return false;
    if (intact(operands)) {
      if (keep) hold(operands);
      return true;
    }
    this.#letGo();
    this.fail(detached(operands));
    return false;
  }

  #settle(): void {
    const queue = this.#queue;
    const { table } = queue;
    const ticket = this.#ticket;
    const slot = ticket & Ticket.SlotMask;
    const operation = this.#operands?.operation;
    if (goesOn(queue, slot, operation)) return;
    table.records.acquire(slot);
    if (operation?.opcode === Opcode.Drain) table.sweepBefore(slot, settleJob);
    this.#finish(table.records, slot);
    table.release(ticket);
  }

  /** Takes the result from the record, if it is still wanted. */
  #finish(records: Records, slot: number): void {
    if (this.#plain !== undefined && records.status(slot) === Status.Success) {
      this.#letGo();
      // Its outcome stands there already.
      this.phase = Phase.Complete;
      this.#announce();
      return;
    }
    const operands = this.#wanted();
    this.#letGo();
    this.#ticket = No.Ticket;
    if (operands === undefined) return;
    const { operation } = operands;
    const { late, unlisten } = this.#attention;
    if (!hasResult(records.status(slot), operation)) {
      this.fail(recordError(records, slot, operands));
    } else if (late !== undefined) {
      this.fail(asError(late.reason));
    } else if (intact(operands)) {
      unlisten?.();
      this.complete(operation.decode(records, slot, operands));
    } else {
      this.fail(detached(operands));
    }
  }

  #lose(): void {
    this.#queue.table.quarantine(this.#ticket);
    this.#ticket = No.Ticket;
    const operation = this.#operands?.operation.name;
    if (!this.done) this.fail(lostError(operation));
  }

  #reroute(slot: number): void {
    const operands = this.#operands;
    if (operands !== undefined && (this.#order & Order.PathMask) === Order.Hardware) {
      this.#queue.disarm(slot);
      this.#letGo();
      this.fail(lostError(operands.operation.name));
    }
    this.#queue.pushSoftware(slot, operands?.length ?? 0);
  }
}

Object.setPrototypeOf(JobFuture.prototype, BaseFuture.prototype);

// eslint-disable-next-line @typescript-eslint/unbound-method -- always called on a future
const { cancel } = BaseFuture.prototype;
