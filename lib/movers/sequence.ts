import { constants } from 'node:buffer';
import { checkInteger } from '../check';
import { conceal } from '../conceal';
import { closedError, type MoverError } from '../errors';
import { refused } from '../future/base-future';
import type { Future } from '../future/future';
import type { Range } from '../memory/range';
import { resolve } from '../memory/resolve';
import type { Operands } from '../operations/operation';
import type { Backend } from './backend';
import { DataOperations } from './data-operations';
import type { Member } from './member';
import { noSettings, settingsOf, type OpOptions, type Settings } from './options';
import { Recorder } from './recorder';
import { SequenceFuture, type SequenceResult } from './sequence-future';
import { jobsOf, type SequenceRecord } from './sequence-jobs';
import type { Recorded } from './sequence-step';

/** Takes down the steps of a sequence. */
class SequenceRecorder extends Recorder implements SequenceRecord {
  readonly members: Member<unknown>[] = [];
  readonly scratch: Range[] = [];
  readonly recorded: (Recorded | undefined)[] = [];
  protected override readonly noDrain =
    'no step of a sequence, whose steps keep their order anyway';

  override closedError(): MoverError {
    return closedError('the sequence', 'it is run once; make another');
  }

  protected override add(member: Member<unknown>, operands: Operands, settings: Settings): void {
    this.members.push(member);
    this.recorded.push({ operands, settings });
  }

  protected override addFailed(member: Member<unknown>): void {
    this.members.push(member);
    this.recorded.push(undefined);
  }
}

/** Scratch memory begins at a page, so that two pieces can be the destinations of a dualcast. */
const PAGE = 4096;

/** Of their own: what is written to them later, by mistake, harms nobody. Untouched pages cost nothing. */
function newScratch(bytes: number): Buffer {
  const memory = Buffer.alloc(bytes + PAGE - 1);
  const start = -resolve(memory, 'scratch').low & (PAGE - 1);
  return memory.subarray(start, start + bytes);
}

/**
 * Steps that have the effect of being done one after the other, in the order in which they were
 * asked for, with as few operations as that takes. Made by `mover.sequence()`, built with `ops` and
 * `scratch`, and run once.
 *
 * - A step that reads a copy in scratch memory reads the original, if that is unchanged by then.
 * - What is made in scratch memory and then copied elsewhere is made there in the first place.
 * - What is written to scratch memory and not read is not written.
 * - A copy, and a `crc32c` of the same bytes, are one operation.
 * - Steps that do not touch what others write are done side by side.
 *
 * Only steps with the same options are merged, and none that has a signal of its own. Steps keep to
 * themselves where it is not certain that nothing else is changed by it: ranges that overlap in part,
 * for instance.
 */
export class SequenceBuilder {
  static {
    conceal(this, 'mover.sequence()');
  }

  /** The steps: each gives its future, to be read when the sequence has run. Options hold for the step. */
  readonly ops: DataOperations;
  readonly #backend: Backend;
  readonly #settings: Settings;
  readonly #eager: boolean;
  readonly #recorder: SequenceRecorder;

  /** @internal */
  constructor(backend: Backend, settings: Settings, eager: boolean) {
    this.#backend = backend;
    this.#settings = settings;
    this.#eager = eager;
    this.#recorder = new SequenceRecorder(backend);
    this.ops = new DataOperations(this.#recorder, noSettings, 'lazy');
  }

  /** Steps so far, those whose arguments were refused among them. */
  get length(): number {
    return this.#recorder.length;
  }

  /**
   * Memory for what goes from step to step, beginning at a page. Only the steps of this sequence
   * see it. It begins as zeros; what it holds after the run is not defined, since perhaps nothing is
   * written at all. It stays memory like any other, and is not used again
   * by the library.
   *
   * @param bytes - its length
   * @throws TypeError, RangeError; MoverError `ERR_MOVER_CLOSED` once the sequence was run
   */
  scratch(bytes: number): Buffer {
    this.#recorder.checkOpen();
    const buffer = newScratch(checkInteger('bytes', bytes, constants.MAX_LENGTH - PAGE));
    this.#recorder.scratch.push(resolve(buffer, 'scratch'));
    return buffer;
  }

  /**
   * Carries the steps out; of a lazy mover, from the first poll of the future, or of a step, on.
   *
   * When a step does not succeed (it fails, an expectation is not met, a field is bad), those behind it
   * fail with `ERR_MOVER_NOT_ATTEMPTED`. If there is an error, of a step that failed or of one that was
   * not attempted, the sequence fails with the first, whose `index` says which step it was; bad
   * arguments are its `cause`. Steps that were merged fail together. After bad arguments and after
   * what a step found, memory is as if the steps had been done one by one; after other failures (a
   * page fault, a device that is lost) steps behind the failed one may have been done, too.
   *
   * Errors: `ERR_MOVER_CLOSED` where it was run before; those of its steps.
   *
   * @param o - for all steps that do not say otherwise; signal and limit are those of the whole
   */
  run(o?: OpOptions): Future<SequenceResult> {
    const recorder = this.#recorder;
    if (recorder.closed) return refused(recorder.closedError(), this.#eager);
    recorder.closed = true;
    const backend = this.#backend;
    try {
      backend.underWay.checkOpen();
      const { capabilities } = backend;
      const { signal, timeoutMs, ...settings } =
        o === undefined ? this.#settings : settingsOf(o, this.#settings, capabilities);
      // Signal and limit are those of the whole.
      const own = { ...settings, signal: undefined, timeoutMs: undefined };
      const { groups, elided } = jobsOf(backend, own, recorder);
      return new SequenceFuture(groups, elided, backend, signal).give(timeoutMs, this.#eager);
    } catch (error) {
      for (const member of recorder.members) member.skip(error as Error);
      return refused(error, this.#eager);
    }
  }
}
