import { conceal } from '../conceal';
import type { Backend } from './backend';
import { GroupsFuture, type Groups } from './groups-future';
import type { Member } from './member';

/** How a sequence was carried out. */
export interface SequenceResult {
  /** Steps that were asked for. */
  readonly steps: number;
  /** So many of them needed no operation of their own. */
  readonly elided: number;
}

/** A sequence that is carried out. */
export class SequenceFuture extends GroupsFuture<SequenceResult> {
  static {
    conceal(this, 'the run() of a sequence');
  }

  readonly #elided: number;

  constructor(
    groups: Groups,
    elided: number,
    ...rest: [backend: Backend, signal: AbortSignal | undefined]
  ) {
    super(groups, ...rest);
    this.#elided = elided;
  }

  protected override nameOf(index: number): string {
    return `step ${String(index)} of the sequence`;
  }

  protected override conclude(): SequenceResult {
    const failed = this.members
      .filter(({ error }) => error !== undefined)
      .sort((a, b) => a.index - b.index);
    const first = failed.find(wasAttempted) ?? failed.at(0);
    if (first !== undefined) throw this.errorOf(first);
    return { steps: this.members.length, elided: this.#elided };
  }
}

/** Steps may stand before the one on whose account they were not attempted. */
function wasAttempted({ error }: Member<unknown>): boolean {
  return (error as { code?: unknown }).code !== 'ERR_MOVER_NOT_ATTEMPTED';
}
