import { conceal } from '../conceal';
import type { MoverError } from '../errors';
import { GroupsFuture } from './groups-future';

/** How a batch ended. */
export interface BatchResult {
  /** Members that ended without an error. */
  readonly completed: number;
  /** Whether all members ended without an error, as expected where something was, and with every field good. */
  readonly ok: boolean;
  /** That of the first member that failed; its `index` says which. Bad arguments are its `cause`. */
  readonly firstError?: MoverError;
}

/** A batch: fences lie between its groups. */
export class BatchFuture extends GroupsFuture<BatchResult> {
  static {
    conceal(this, 'mover.batch()');
  }

  protected override nameOf(index: number): string {
    return `member ${String(index)} of the batch`;
  }

  protected override conclude(): BatchResult {
    const { members } = this;
    const failed = members.find(({ error }) => error !== undefined);
    const result = {
      completed: members.filter(({ error }) => error === undefined).length,
      ok: members.every(({ succeeded }) => succeeded),
    };
    return failed === undefined ? result : { ...result, firstError: this.errorOf(failed) };
  }
}
