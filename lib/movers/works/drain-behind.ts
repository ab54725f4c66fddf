import type { Steps } from '../../future/procedure';
import type { Operands } from '../../operations/operation';
import type { Means } from '../work';

/** A drain behind works whose jobs are not all there yet. */
export function* drainBehind<T, X>(operands: Operands<T, X>, { job, before }: Means): Steps<T> {
  yield before();
  return (yield job(operands)) as T;
}
