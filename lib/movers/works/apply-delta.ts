import type { Steps } from '../../future/procedure';
import type { Range } from '../../memory/range';
import { copy } from '../../operations/copy';
import { applyDelta } from '../../operations/delta';
import { changesOf, padded, tableBytes, type Change } from '../../operations/delta-record';
import { detached, intact, type Operands } from '../../operations/operation';
import { partOf, partOperands } from '../../operations/part';
import type { JobOf, Means } from '../work';
import { Aligned } from './aligned';
import { groupsOf, together, type Part } from './parts';
import { Scratch } from './scratch';

const copyTarget = partOf(copy, applyDelta.name, { destination: 'target', source: 'target' });

/**
 * A record that no single job applies. Before a byte of the target is written, all of it is applied to
 * memory beside, where an entry that is out of order, or reaches beyond its window, is found.
 */
export function* applyInWindows(operands: Operands, { job, counts }: Means): Steps<unknown> {
  // Its table is read here, and not by a job.
  if (!intact(operands)) throw detached(operands);
  const { destination, source, value } = operands;
  const { length } = destination!;
  const target = new Aligned(destination!, copyTarget, job);
  const changes = changesOf(source!, length);
  if (tableBytes(length) > 0) counts.deltasInWindows++;
  if (changes.some(({ window }) => !target.suits(window))) counts.throughScratch++;
  // A single window is not written back before its record was applied.
  if (changes.length > 1) yield* tryOut(changes, job);
  for (const group of groupsOf(changes)) {
    yield* together(group.flatMap(({ window }, index) => target.in(index, window)));
    const jobs = group.map((change, index) => apply(target.at(index, change.window), change, job));
    yield* together(jobs, 'record');
    yield* together(group.flatMap(({ window }, index) => target.out(index, window)));
  }
  return value;
}

function* tryOut(changes: readonly Change[], job: JobOf): Steps<void> {
  const scratch = new Scratch();
  for (const group of groupsOf(changes)) {
    const jobs = group.map((change, index) =>
      apply(scratch.at(index, padded(change.window.length)), change, job),
    );
    yield* together(jobs, 'record');
  }
}

function apply(target: Range, { window, record, at }: Change, job: JobOf): Part {
  return { future: job(partOperands(applyDelta, target, record)), window, at };
}
