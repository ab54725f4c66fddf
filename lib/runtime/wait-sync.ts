import { clock } from '../clock';
import type { Future } from '../future/future';
import { asyncFirst, isAsync } from '../future/task-set';
import type { RuntimeSettings } from './options';
import { timeout } from './timeout';

/** What a synchronous wait needs of its surroundings. */
export interface Surroundings {
  /** Completes the jobs of movers, so that slots become free. */
  readonly sweep: () => void;
  /** Blocks the thread until an engine completes something; `idle` is asked once more before. */
  readonly block: (milliseconds: number, idle: () => boolean) => void;
}

/** Nothing can stop a thread that is blocked: a worker is terminated between two slices. */
const SLICE_MS = 100;

/** Polls the futures until all are complete: a number of spins, a rest, and so on. */
export function finishSync(
  futures: readonly Future<unknown>[],
  timeoutMs: number,
  { spinsBeforeSleep, sleepMs }: RuntimeSettings,
  { sweep, block }: Surroundings,
): void {
  const end = clock() + timeoutMs;
  let left = asyncFirst(futures, isAsync);
  const unfinished = (): boolean => {
    sweep();
    for (const future of left) future.poll();
    left = left.filter((future) => !future.done);
    return left.length > 0;
  };
  for (let spins = 1; unfinished(); spins++) {
    const rest = end - clock();
    if (rest <= 0) throw timeout(timeoutMs);
    if (spins < spinsBeforeSleep) continue;
    block(Math.min(sleepMs, rest, SLICE_MS), unfinished);
    spins = 0;
  }
}
