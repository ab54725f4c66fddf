import { Status } from '../abi/completion-record';
import { DESCRIPTOR_WORDS, Opcode } from '../abi/descriptor';
import { statusError, typeError } from '../errors';
import { BaseFuture } from '../future/base-future';
import { FutureState } from '../future/future';
import { intact, type Operands, type Operation } from '../operations/operation';
import type { JobQueue, QueuedJob } from './job-queue';

/** An operation of a mover as a future: one job, from its operands to its result. */
export class JobFuture<T> extends BaseFuture<T> implements QueuedJob {
  readonly #queue: JobQueue;
  readonly #operation: Operation<T>;
  /** They keep the memory alive until the engine is done with it. */
  #operands: Operands | undefined;
  #ticket = -1;
  /** The event loop finishes the future, and a failure that nobody looks at is reported. */
  #eager = false;
  /** Stops listening to the signal of the operation. */
  #unlisten: (() => void) | undefined = undefined;
  /** Set when the signal fired too late to withdraw the job. */
  #late: { readonly reason: unknown } | undefined = undefined;

  constructor(queue: JobQueue, operation: Operation<T>, operands: Operands) {
    super();
    this.#queue = queue;
    this.#operation = operation;
    this.#operands = operands;
  }

  /** Starts the job now, or as soon as there is room for it. */
  start(): void {
    this.#eager = true;
    if (this.state === FutureState.Idle) this.#queue.enqueue(this);
    else if (this.error !== undefined) void this.promise();
  }

  /** Aborting withdraws the job, or fails the future once the engine is done. */
  listen(signal: AbortSignal): void {
    const abort = (): void => {
      if (!super.cancel(signal.reason)) this.#late = { reason: signal.reason };
    };
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    this.#unlisten = () => {
      signal.removeEventListener('abort', abort);
    };
  }

  has(): boolean {
    const { length } = this.#operands ?? { length: 0 };
    return this.#queue.runsAsync(length);
  }

  poll(): FutureState {
    if (this.state === FutureState.Idle) this.#queue.begin(this);
    else if (this.#ticket >= 0) this.#queue.submit();
    if (this.#ticket >= 0) {
      const { table } = this.#queue;
      if (table.records.status(table.slotOf(this.#ticket)) !== Status.Pending) this.settle();
    }
    return this.state;
  }

  /** Who cancels does not have to look at the failure. */
  override cancel(reason?: unknown): boolean {
    this.#eager = false;
    return super.cancel(reason);
  }

  /** @internal */
  begin(): boolean {
    const operation = this.#operation;
    const operands = this.#operands!;
    if (operands.length === 0 && operation.empty !== undefined) {
      this.#finish();
      this.complete(operation.empty(operands));
      return true;
    }
    const { table } = this.#queue;
    const ticket = table.acquire(this);
    if (ticket < 0) return false;
    const slot = table.slotOf(ticket);
    const words = table.prepare(slot, operation.opcode, operands.flags, operands.length);
    operation.encode(words, slot * DESCRIPTOR_WORDS, operands);
    this.#ticket = ticket;
    this.running();
    this.#queue.push(this, slot, operands.length, operation.opcode === Opcode.Drain);
    return true;
  }

  /** @internal */
  verify(): void {
    if (this.#operands === undefined || intact(this.#operands)) return;
    this.#disarm();
    this.fail(this.#detached());
  }

  /** @internal */
  settle(): void {
    const { table } = this.#queue;
    const { records } = table;
    const ticket = this.#ticket;
    const slot = table.slotOf(ticket);
    const operation = this.#operation;
    const operands = this.#operands;
    const status = records.status(slot);
    this.#ticket = -1;
    if (operands === undefined) {
      table.release(ticket);
    } else if (status !== Status.Success && status !== Status.FalsePredicate) {
      const bytes = records.bytesCompleted(slot);
      table.release(ticket);
      this.fail(statusError(operation.name, status, bytes));
    } else if (this.#late !== undefined || !intact(operands)) {
      table.release(ticket);
      if (this.#late === undefined) this.fail(this.#detached());
      else this.failBecause(this.#late.reason);
    } else {
      const value = operation.decode(records, slot, operands);
      table.release(ticket);
      this.#finish();
      this.complete(value);
    }
  }

  protected override fail(error: Error): void {
    this.#finish();
    super.fail(error);
    if (this.#eager) void this.promise();
  }

  protected drive(): void {
    if (this.state === FutureState.Idle) this.#queue.enqueue(this);
  }

  protected stop(): boolean {
    if (!this.#queue.withdraw(this) && this.#ticket >= 0) return false;
    if (this.#ticket >= 0) this.#disarm();
    return true;
  }

  /** The job is in its slot and nobody wants it any more: the engine shall do nothing. */
  #disarm(): void {
    const { table } = this.#queue;
    table.prepare(table.slotOf(this.#ticket), Opcode.Nop, 0, 0);
    this.#operands = undefined;
  }

  #finish(): void {
    this.#operands = undefined;
    this.#unlisten?.();
    this.#unlisten = undefined;
  }

  #detached(): TypeError {
    return typeError(
      'ERR_MOVER_BUFFER_DETACHED',
      `${this.#operation.name}: the memory of an argument was transferred elsewhere before the end`,
    );
  }
}
