import { clock, setImmediate } from '../clock';

/** For how long, in milliseconds, what is done on the spot may keep the event loop from its turn. */
const SPELL_MS = 1;

/** Looks at the account until the next one at the clock. */
const LOOKS = 16;

let waiting = false;
let over = false;
let looks = 0;
let since = 0;

const turn = (): void => {
  waiting = over = false;
};

/**
 * Whether the loop of this thread is due its turn: what goes on in the microtasks is to go on there then.
 *
 * What ends on the spot is followed by more in the same go of the microtasks; left to itself, that never
 * comes to an end, and no timer or socket has its turn.
 */
export function loopIsDue(): boolean {
  if (!waiting) {
    setImmediate(turn);
    waiting = true;
    looks = 0;
    since = clock();
  } else if (!over && ++looks >= LOOKS) {
    looks = 0;
    over = clock() - since >= SPELL_MS;
  }
  return over;
}
