import { checkFunction, checkObject } from '../check';
import { checkMoverOpen, Mover } from '../movers/mover';

/**
 * The option `mover` of a map or device.
 *
 * @throws TypeError for what is none; MoverError `ERR_MOVER_CLOSED` for one that could do nothing
 */
export function moverOf(option: Mover | undefined, otherwise: Mover): Mover {
  const mover = option === undefined ? otherwise : option;
  checkObject('mover', mover, false);
  checkFunction('mover.with', (mover as Partial<Mover>).with);
  if (mover instanceof Mover) checkMoverOpen(mover);
  return mover;
}
