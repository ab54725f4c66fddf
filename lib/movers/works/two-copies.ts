import { all } from '../../future/combinators';
import type { Steps } from '../../future/procedure';
import { copy } from '../../operations/copy';
import type { Operands } from '../../operations/operation';
import { partOf, partOperands } from '../../operations/part';
import type { Means } from '../work';

const first = partOf(copy, 'dualcast', { destination: 'dsts[0]', source: 'src' });
const second = partOf(copy, 'dualcast', { destination: 'dsts[1]', source: 'src' });

/** A dualcast to addresses that a device does not take together. */
export function* twoCopies(operands: Operands, { job, counts }: Means): Steps<unknown> {
  counts.dualcastsAsCopies++;
  const { source, destination, second: other, value } = operands;
  yield all([
    job(partOperands(first, destination!, source!)),
    job(partOperands(second, other!, source!)),
  ]);
  return value;
}
