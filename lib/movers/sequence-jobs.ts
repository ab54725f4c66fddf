import { failed } from '../future/base-future';
import type { Future } from '../future/future';
import type { Range } from '../memory/range';
import { givesDestination, type Operands } from '../operations/operation';
import type { Backend } from './backend';
import type { Groups } from './groups-future';
import type { Member } from './member';
import { noSettings, settingsOf, type Settings } from './options';
import { plan, type Plan } from './sequence-plan';
import type { Recorded, Step } from './sequence-step';
import { partOfWhole } from './works/plan-of';

/** What was taken down of a sequence. */
export interface SequenceRecord {
  readonly members: readonly Member<unknown>[];
  /** By member; those whose arguments were refused have none. */
  readonly recorded: readonly (Recorded | undefined)[];
  readonly scratch: readonly Range[];
}

interface Jobs {
  readonly groups: Groups;
  readonly elided: number;
}

/**
 * Gives the members their jobs, by plan, in groups: those that can be attempted, then the first that
 * cannot, then all behind it.
 *
 * @param settings - of steps that do not say otherwise
 */
export function jobsOf(backend: Backend, settings: Settings, record: SequenceRecord): Jobs {
  const { members, recorded, scratch } = record;
  const steps: Recorded[] = [];
  const jobs: Future<unknown>[] = [];
  for (const [index, each] of recorded.entries()) {
    if (each === undefined || members[index].done) break;
    try {
      const step = { ...each, settings: merged(backend, settings, each.settings) };
      jobs.push(jobOf(backend, step));
      steps.push(step);
    } catch (error) {
      members[index].assign(failed(error as Error));
      break;
    }
  }

  const assign = ({ groups, elided }: Plan): Jobs => {
    const jobOfStep = new Map<Step, Future<unknown>>();
    for (const step of groups.flat()) {
      if (step.doer !== step) continue;
      const { index, operands } = step;
      const asIs = operands === steps[index].operands;
      jobOfStep.set(step, asIs ? jobs[index] : jobOf(backend, step));
    }
    for (const { index, doer } of groups.flat()) {
      members[index].assign(doer && jobOfStep.get(doer), valueOf(steps[index].operands));
    }
    return { groups: groups.map((group) => group.map(({ index }) => members[index])), elided };
  };

  // Where a piece was that a program has given away, there may be other memory by now.
  const pieces = scratch.filter(({ intact }) => intact);
  const { groups, elided } = attempt(
    () => assign(plan(steps, pieces, backend.capabilities.operations)),
    // Some engines refuse what they do not say beforehand.
    () => assign(plan(steps, [], new Set())),
  );
  const rest = [members.slice(steps.length, steps.length + 1), members.slice(steps.length + 1)];
  return { groups: [...groups, ...rest.filter(({ length }) => length > 0)], elided };
}

function attempt<T>(first: () => T, second: () => T): T {
  try {
    return first();
  } catch {
    return second();
  }
}

/** The engine adds to the operands what the settings say. */
const jobOf = (backend: Backend, { operands, settings }: Recorded): Future<unknown> =>
  partOfWhole(backend, { ...operands }, settings);

function merged(backend: Backend, base: Settings, own: Settings): Settings {
  if (own === noSettings) return base;
  const { given, signal } = own;
  return settingsOf(
    signal === undefined ? given : { ...given, signal },
    base,
    backend.capabilities,
  );
}

/** The result of what gives its destination, whoever does it. */
const valueOf = ({ operation, value }: Operands): { value: unknown } | undefined =>
  givesDestination(operation) ? { value } : undefined;
