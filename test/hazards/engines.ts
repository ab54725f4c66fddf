import type { Mover } from '../../lib';
import { movers } from '../conformance/movers';

export interface Engine {
  readonly name: string;
  readonly open: () => Mover | Promise<Mover>;
  /** Has something done that takes a while, in front of what follows. */
  readonly hold: (mover: Mover) => void;
}

/** Their threads would be done with what follows before anybody looks at it. */
const beside = new Set(['thread pool', 'automatic choice']);
const ballast = Buffer.alloc(2 ** 24);

function occupy(mover: Mover): void {
  for (let thread = 0; thread < 2; thread++) mover.fill(ballast, thread).poll();
}

/** All that there are: see `movers`. */
export const engines: readonly Engine[] = movers.map(({ name, open }) => ({
  name,
  open,
  hold: beside.has(name) ? occupy : () => undefined,
}));
