import { conceal } from '../conceal';
import { refused } from '../future/base-future';
import type { Future } from '../future/future';
import type { Backend } from './backend';
import { batchFuture, type BatchBuilder } from './batch';
import type { BatchResult } from './batch-future';
import { DataOperations } from './data-operations';
import type { Tense } from './operation-starter';
import { settingsOf, type OpOptions, type Settings } from './options';
import { SequenceBuilder } from './sequence';

/** What a mover does in one of its tenses: operations one by one, and several at once. */
export class MoverOperations extends DataOperations {
  static {
    conceal(this, 'opening a mover');
  }

  readonly #backend: Backend;
  readonly #settings: Settings;
  readonly #eager: boolean;

  /** @internal */
  constructor(backend: Backend, settings: Settings, tense: Tense) {
    super(backend, settings, tense);
    this.#backend = backend;
    this.#settings = settings;
    this.#eager = tense === 'eager';
  }

  /**
   * Several operations at once, handed over together, with `fence()` where one needs what others
   * did. Members run in no order but that of the fences. A member that fails fails nothing but itself and what
   * stands behind the next fence; the batch itself resolves, and says whether all is well. Aborting it,
   * or cancelling its future, withdraws the members that have not begun.
   *
   * @param build - called at once; what it is given is good within it alone
   * @param o - for all members that do not say otherwise; signal and limit are those of the whole, and members have no limit of their own
   */
  batch(build: (batch: BatchBuilder) => void, o?: OpOptions): Future<BatchResult> {
    try {
      const backend = this.#backend;
      const settings =
        o === undefined ? this.#settings : settingsOf(o, this.#settings, backend.capabilities);
      return batchFuture(backend, settings, this.#eager, build);
    } catch (error) {
      return refused(error, this.#eager);
    }
  }

  /**
   * Steps that follow one another, over scratch memory, carried out with as few operations as that
   * takes: copies that only feed other steps are elided, and a copy and its CRC are one operation.
   */
  sequence(): SequenceBuilder {
    return new SequenceBuilder(this.#backend, this.#settings, this.#eager);
  }
}
