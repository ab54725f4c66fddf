import assert from 'node:assert/strict';
import type { Bytes, DataOperations, Future } from '../../lib';
import { Failure, named, referenceResult, withNoise, type Call } from '../conformance/arena';
import type { Step } from '../conformance/random/step';
import type { Ground } from './ground';
import type { End } from './settle';
import type { Finding } from './tally';

/**
 * What an operation that failed may have done to its memory: nothing; nothing or all of it; some of it;
 * or some of it, and the engine, which gave no answer, may go on.
 */
export type Excuse = 'untouched' | 'whole' | 'stopped' | 'unanswered';

/** What an error excuses; undefined: it ought not to have come. */
export type Excuses = (error: Error & { code?: unknown }) => Excuse | undefined;

/**
 * An operation, its memory and a model of that: as it was before, and as it shall be afterwards. Bytes
 * in front of operands, between and behind them belong to the model, too.
 */
export class Plot {
  readonly step: Step;
  readonly #ground: Ground;
  readonly #operands: readonly Bytes[];
  readonly #seed: number;
  #before: Buffer | undefined;
  #after: Buffer | undefined;
  readonly #expected: unknown;
  /** What is dropped may be collected. */
  #future: WeakRef<Future<unknown>> | undefined;
  #unseen: 'done' | Excuse = 'unanswered';
  /** Holds noise that nobody may change any more. */
  #over = false;

  constructor(step: Step, ground: Ground, seed: number) {
    const { memory } = ground;
    if (ground.untouched !== true) withNoise(memory, seed);
    step.set?.({
      view: ({ at, length }) => memory.subarray(at, at + length),
      set: (at, bytes) => memory.set(bytes, at),
    });
    this.step = step;
    this.#ground = ground;
    this.#seed = seed;
    this.#before = Buffer.from(memory);
    this.#after = Buffer.from(memory);
    const model = step.spans.map(({ at, length }) => this.#after!.subarray(at, at + length));
    // Asked of the reference, too, which has no futures.
    this.#expected = referenceResult(step.call as unknown as Call, model);
    this.#operands = step.spans.map((span) => ground.view(span));
  }

  get transfer(): (() => void) | undefined {
    return this.#ground.transfer && (() => this.#ground.transfer!());
  }

  /** Bytes that an engine without an answer may still write. */
  get kept(): number {
    return this.#over ? 0 : this.#ground.memory.length;
  }

  /** Asks for the operation. */
  ask(operations: DataOperations): Future<unknown> {
    const future = this.step.call(operations, ...(this.#operands as Buffer[]));
    this.#future = new WeakRef(future);
    return future;
  }

  /** @param end - how it ended; undefined: it did not in time */
  judge(end: End | undefined, excuses: Excuses): Finding | undefined {
    if (end === undefined)
      return this.#found('lost', `it does not end, state ${this.#future?.deref()?.state}`);
    const expected = this.#expected;
    const fails = expected instanceof Failure;
    if ('error' in end) {
      if (fails && end.error.code === expected.code) return this.#check('done');
      const excuse = excuses(end.error);
      if (excuse !== undefined) return this.#check(excuse);
      return this.#found('wrong', `it fails: ${end.error.stack ?? end.error.message}`);
    }
    if (fails) return this.#found('wrong', `it does not fail with ${expected.code}`);
    try {
      assert.deepEqual(named(this.#whole(end.value), this.#operands), expected);
    } catch (error) {
      return this.#found('wrong', `its result: ${(error as Error).message}`);
    }
    return this.#check('done');
  }

  /** Nobody looks at how it ends. @param excuse - what it may have done once all is quiet */
  drop(excuse: 'done' | Excuse): void {
    this.#unseen = excuse;
  }

  /** Once all is quiet: what was not judged yet, or not for the last time. */
  conclude(): Finding | undefined {
    return this.#over ? undefined : this.#check(this.#unseen);
  }

  /** Behind that: whether anything was written behind an end. */
  recheck(): Finding | undefined {
    const { memory } = this.#ground;
    if (!this.#over) return undefined;
    const noise = withNoise(Buffer.allocUnsafeSlow(memory.length), this.#seed + 1);
    if (!memory.equals(noise)) return this.#found('duplicated', 'bytes were written after its end');
    this.#ground.release?.();
    return undefined;
  }

  /** A delta record is a view of memory that may have been transferred since. */
  #whole(result: unknown): unknown {
    const { record } = Object(result) as { record?: Buffer };
    if (record?.buffer.byteLength !== 0) return result;
    const { at } = this.step.spans[this.step.loose!]!;
    const { length } = (this.#expected as { record: Buffer }).record;
    return { ...(result as object), record: this.#ground.memory.subarray(at, at + length) };
  }

  #check(excuse: 'done' | Excuse): Finding | undefined {
    if (this.#before === undefined || this.#after === undefined) return undefined;
    const at = this.#firstWrong(excuse);
    if (excuse !== 'unanswered') this.#end();
    if (at < 0) return undefined;
    return this.#found('wrong', `byte ${at} is not as it has to be (${excuse})`);
  }

  /** The place of the first byte that cannot be as it is; -1: there is none. */
  #firstWrong(excuse: 'done' | Excuse): number {
    const { memory } = this.#ground;
    const [before, after] = [this.#before!, this.#after!];
    const { loose } = this.step;
    const free = loose === undefined ? undefined : this.step.spans[loose]!;
    if (free !== undefined && excuse !== 'untouched') {
      const [from, to] = [free.at, free.at + free.length];
      memory.copy(before, from, from, to);
      memory.copy(after, from, from, to);
    }
    if (memory.equals(excuse === 'untouched' ? before : after)) return -1;
    if (excuse === 'whole' && memory.equals(before)) return -1;
    if (excuse === 'done' || excuse === 'whole')
      return memory.findIndex((byte, at) => byte !== after[at]);
    if (excuse === 'untouched') return memory.findIndex((byte, at) => byte !== before[at]);
    return memory.findIndex((byte, at) => byte !== before[at] && byte !== after[at]);
  }

  /** Whoever writes now is late. */
  #end(): void {
    this.#before = this.#after = undefined;
    this.#over = true;
    withNoise(this.#ground.memory, this.#seed + 1);
  }

  #found(evil: Finding['evil'], what: string): Finding {
    const spans = this.step.spans.map(({ at, length }) => `${length} at ${at}`).join(', ');
    return { evil, what: `${this.step.name} (${spans}): ${what.slice(0, 600)}` };
  }
}
