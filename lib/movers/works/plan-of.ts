import { Opcode } from '../../abi/descriptor';
import type { Future } from '../../future/future';
import { isOneDelta } from '../../operations/delta';
import { isOneDualcast } from '../../operations/dualcast';
import type { Operands } from '../../operations/operation';
import type { Backend } from '../backend';
import type { Settings } from '../options';
import { partialWork, type Plan } from '../work';
import { applyInWindows } from './apply-delta';
import { createInWindows } from './create-delta';
import { twoCopies } from './two-copies';

/** How an operation is done that no single descriptor can say; undefined where one can. */
export function planOf<T, X>(operands: Operands<T, X>): Plan<T, X> | undefined {
  return planFor(operands) as Plan<T, X> | undefined;
}

function planFor(operands: Operands): unknown {
  switch (operands.operation.opcode) {
    case Opcode.Dualcast:
      return isOneDualcast(operands) ? undefined : twoCopies;
    case Opcode.CreateDelta:
      return isOneDelta(operands) ? undefined : createInWindows;
    case Opcode.ApplyDelta:
      return isOneDelta(operands) ? undefined : applyInWindows;
    default:
      return undefined;
  }
}

/** An operation as a part of a whole that is under way when it begins. @throws MoverError as `Backend.operate` */
export function partOfWhole(
  backend: Backend,
  operands: Operands,
  settings: Settings,
): Future<unknown> {
  const plan = planOf(operands);
  return plan === undefined
    ? backend.operate(operands, settings, false)
    : partialWork(plan, backend, operands, settings);
}
