import { checkFunction, isRevoked } from '../check';
import { conceal } from '../conceal';
import { closedError, typeError, type MoverError } from '../errors';
import type { Future } from '../future/future';
import { isThenable } from '../future/is-future';
import type { Operands } from '../operations/operation';
import type { Backend } from './backend';
import { BatchFuture, type BatchResult } from './batch-future';
import { DataOperations } from './data-operations';
import { Member } from './member';
import type { Settings } from './options';
import { partOfWhole } from './works/plan-of';
import { Recorder } from './recorder';

/** Takes down the operations of a batch. */
class BatchRecorder extends Recorder {
  readonly groups: Member<unknown>[][] = [[]];
  protected override readonly noDrain = 'no member of a batch; what a fence is for, fence() does';
  readonly #backend: Backend;

  constructor(backend: Backend) {
    super(backend);
    this.#backend = backend;
  }

  fence(): void {
    this.checkOpen();
    if (this.groups.at(-1)!.length > 0) this.groups.push([]);
  }

  override closedError(): MoverError {
    return closedError('the batch', 'add to it in the function that builds it');
  }

  protected override add(member: Member<unknown>, operands: Operands, settings: Settings): void {
    member.assign(partOfWhole(this.#backend, operands, settings));
    this.addFailed(member);
  }

  protected override addFailed(member: Member<unknown>): void {
    this.groups.at(-1)!.push(member);
  }
}

/**
 * The operations of a batch, as they are taken down: each gives its future, which can be read when
 * the batch is done. Waiting for it waits for the batch.
 */
export class BatchBuilder extends DataOperations {
  static {
    conceal(this, 'mover.batch()');
  }

  readonly #recorder: BatchRecorder;

  /** @internal */
  constructor(recorder: BatchRecorder, settings: Settings) {
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
  { signal, timeoutMs, ...settings }: Settings,
  eager: boolean,
  build: (batch: BatchBuilder) => unknown,
): Future<BatchResult> {
  backend.underWay.checkOpen();
  checkFunction('build', build);
  const recorder = new BatchRecorder(backend);
  // Signal and limit are those of the whole.
  const own = { ...settings, signal: undefined, timeoutMs: undefined };
  const builder = new BatchBuilder(recorder, own);
  try {
    checkResult(build(builder));
  } catch (error) {
    for (const member of recorder.groups.flat()) member.skip(error as Error);
    throw error;
  } finally {
    recorder.closed = true;
  }
  return new BatchFuture(recorder.groups, backend, signal).give(timeoutMs, eager);
}

/** A member may be returned, as by an arrow function without braces. @throws TypeError for what would go on later */
function checkResult(result: unknown): void {
  if (result === undefined || isRevoked(result) || result instanceof Member) return;
  const generator =
    typeof result === 'object' && result !== null && Symbol.iterator in result && 'next' in result;
  if (!generator && !isThenable(result)) return;
  const text = `build must be done when it returns; got ${generator ? 'a generator' : 'a promise'}`;
  throw typeError('ERR_INVALID_RETURN_VALUE', text);
}
