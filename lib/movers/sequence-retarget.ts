import type { Range } from '../memory/range';
import type { Operands } from '../operations/operation';
import type { Stretch } from './sequence-elide';
import type { Step } from './sequence-step';

/** What is made in scratch memory and then copied elsewhere is made there in the first place. */
export function retarget(stretch: Stretch): void {
  for (const [at, copy] of stretch.steps.entries()) {
    if (!copy.copies || !stretch.scratch.has(copy.operands.source!)) continue;
    const found = madeElsewhere(stretch, at);
    if (found === undefined) continue;
    for (const [step, operands] of found.changes) step.become(operands);
    copy.leaveTo(found.maker);
  }
}

interface Found {
  readonly maker: Step;
  /** It, and who reads what it makes. */
  readonly changes: readonly (readonly [Step, Operands])[];
}

function madeElsewhere(stretch: Stretch, at: number): Found | undefined {
  const { steps } = stretch;
  const source = steps[at].operands.source!;
  const destination = steps[at].operands.destination!;
  const first = steps.slice(0, at).findLastIndex((step) => step.changes(source));
  if (first < 0) return undefined;
  const maker = steps[first];
  const operands = maker.with({ destination });
  if (!maker.makes(source) || !maker.agrees(steps[at]) || operands === undefined) return undefined;
  const uses = (step: Step): boolean => step.reads(destination) || step.changes(destination);
  // The destination must not be seen to change before its time, nor change if that never comes.
  if (steps.slice(first + 1, at).some((step) => step.decides || uses(step))) return undefined;
  const readers = readersOf(stretch, first, at);
  return readers && { maker, changes: [[maker, operands], ...readers] };
}

/** All who read what was made, reading it from the copy; undefined where that is not possible. */
function readersOf(stretch: Stretch, maker: number, copy: number): Found['changes'] | undefined {
  const { steps, scratch, end } = stretch;
  const source: Range = steps[copy].operands.source!;
  const destination: Range = steps[copy].operands.destination!;
  const readers: [Step, Operands][] = [];
  let lost = false;
  for (const [index, step] of [...steps.entries()].slice(maker + 1)) {
    if (index === copy) continue;
    if (step.reads(source)) {
      const operands = lost ? undefined : step.readingFrom(source, destination);
      if (operands === undefined) return undefined;
      readers.push([step, operands]);
    }
    if (step.replaces(source)) return readers;
    if (step.changes(source)) return undefined;
    lost ||= step.changes(destination);
  }
  return scratch.isUsedFrom(end, source) ? undefined : readers;
}
