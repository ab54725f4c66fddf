import { Opcode } from '../abi/descriptor';
import { checkFunction } from '../check';
import { closedError, MoverError, typeError } from '../errors';
import { failed } from '../future/base-future';
import type { Future } from '../future/future';
import { isThenable } from '../future/is-future';
import type { Operands } from '../operations/operation';
import type { Backend } from './backend';
import { BatchFuture, BatchMember, type BatchResult } from './batch-future';
import { DataOperations, type OperationStarter } from './data-operations';
import type { Settings } from './options';

/** Takes down the operations of a batch. */
class Recorder implements OperationStarter {
  readonly groups: BatchMember<unknown>[][] = [[]];
  length = 0;
  closed = false;
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get capabilities(): Backend['capabilities'] {
    return this.#backend.capabilities;
  }

  operate<T, X>(operands: Operands<T, X>, settings: Settings): Future<T> {
    this.#checkOpen();
    const { operation } = operands;
    if (operation.opcode === Opcode.Drain) {
      const text = 'drain: no member of a batch; what a fence is for, fence() does';
      throw new MoverError('ERR_MOVER_UNSUPPORTED', text, { operation: operation.name });
    }
    return this.#add(operation, this.#backend.operate(operands, settings, false));
  }

  /** What was refused is a member, too: it has failed, and a fence behind it holds. */
  failed(error: Error): Future<never> {
    return this.closed ? failed(error) : this.#add(undefined, failed(error));
  }

  fence(): void {
    this.#checkOpen();
    if (this.groups.at(-1)!.length > 0) this.groups.push([]);
  }

  #add<T>(operation: Operands<T>['operation'] | undefined, job: Future<T>): Future<T> {
    const member = new BatchMember(this.length++, operation, job);
    this.groups.at(-1)!.push(member);
    return member;
  }

  /** @throws MoverError `ERR_MOVER_CLOSED` */
  #checkOpen(): void {
    if (this.closed) throw closedError('the batch', 'add to it in the function that builds it');
  }
}

/**
 * The operations of a batch, as they are taken down: each gives its future, which can be read when
 * the batch is done. Waiting for it waits for the batch.
 */
export class BatchBuilder extends DataOperations {
  readonly #recorder: Recorder;

  /** @internal */
  constructor(recorder: Recorder, settings: Settings) {
    super(recorder, settings, 'lazy');
    this.#recorder = recorder;
  }

  /** Operations so far, those whose arguments were refused among them. */
  get length(): number {
    return this.#recorder.length;
  }

  /**
   * What comes behind it begins when all that comes before has ended, and sees what that wrote. When
   * one of these did not succeed (it failed, an expectation was not met, a field was bad), all that
   * comes behind fails with `ERR_MOVER_NOT_ATTEMPTED`.
   *
   * @throws MoverError `ERR_MOVER_CLOSED` when the batch is built already
   */
  fence(): void {
    this.#recorder.fence();
  }
}

/**
 * A batch as a future, not begun.
 *
 * @throws what `build` throws; TypeError when it is no function, or asynchronous; MoverError
 * `ERR_MOVER_CLOSED`
 */
export function batchFuture(
  backend: Backend,
  { signal, ...settings }: Settings,
  eager: boolean,
  build: (batch: BatchBuilder) => unknown,
): Future<BatchResult> {
  backend.underWay.checkOpen();
  checkFunction('build', build);
  const recorder = new Recorder(backend);
  // The signal is that of the whole.
  const builder = new BatchBuilder(recorder, { ...settings, signal: undefined });
  try {
    const result = build(builder);
    if (isThenable(result)) {
      throw typeError('ERR_INVALID_RETURN_VALUE', 'build must not be asynchronous; got a promise');
    }
  } catch (error) {
    for (const member of recorder.groups.flat()) member.skip(error as Error);
    throw error;
  } finally {
    recorder.closed = true;
  }
  const future = new BatchFuture(recorder.groups, backend, signal, eager);
  if (eager) future.poll();
  return future;
}
