import { max } from '../intrinsics';
import { listOf } from '../list-of';
import type { Range } from '../memory/range';
import type { OpName } from '../operations/operation';
import { dropUnread, forward } from './sequence-elide';
import { fuse } from './sequence-fuse';
import { retarget } from './sequence-retarget';
import { Scratch } from './sequence-scratch';
import { Step, type Recorded } from './sequence-step';

/** How the steps of a sequence are carried out. */
export interface Plan {
  /** Those of a group can be done at once; a group begins when the one before has ended. */
  readonly groups: readonly (readonly Step[])[];
  /** Steps that are not carried out as operations of their own. */
  readonly elided: number;
}

/** So many steps at most are looked at together, since each is compared with each. */
const STRETCH = 128;

/**
 * The plan of steps that have the effect of being done one after the other.
 *
 * @param pieces - of memory that they alone see, and whose content does not matter afterwards
 * @param able - operations of the engine: with none, the steps stay as they were asked for
 */
export function plan(
  recorded: readonly Recorded[],
  pieces: readonly Range[],
  able: ReadonlySet<OpName>,
): Plan {
  const all = recorded.map((each, index) => new Step(index, each));
  const scratch = new Scratch(pieces, all);
  const groups: Step[][] = [];
  for (let from = 0; from < all.length; from += STRETCH) {
    const steps = all.slice(from, from + STRETCH);
    const stretch = { steps, scratch, able, end: from + STRETCH };
    for (const improve of [forward, dropUnread, retarget, fuse]) improve(stretch);
    groups.push(...groupsOf(steps));
  }
  return { groups, elided: all.filter((step) => step.doer !== step).length };
}

/** Each step in the first group that it can be in; one that may end the sequence after all before it. */
function groupsOf(steps: readonly Step[]): Step[][] {
  const places = new Map<Step, number>();
  let [open, last] = [0, 0];
  for (const step of steps) {
    let place = max(open, step.decides ? last : 0);
    for (const [other, before] of places) {
      if (before >= place && step.conflicts(other)) place = before + 1;
    }
    places.set(step, place);
    last = max(last, place);
    if (step.decides) open = place + 1;
  }
  const groups = listOf(last + 1, (): Step[] => []);
  for (const step of steps) groups[places.get(step.doer ?? step)!].push(step);
  return groups.filter(({ length }) => length > 0);
}
