import fc from 'fast-check';
import type { DataOperations } from '../../../lib';
import { Arena, type Call } from '../arena';
import { onEveryMover } from '../movers';
import { byteSteps } from './byte-steps';
import { deltaSteps } from './delta-steps';
import { difSteps } from './dif-steps';
import type { Step } from './step';

/** More of them: DATAMOVER_OPERATIONS=100000 DATAMOVER_SEED=7 npx jest test/conformance/random */
const operationsOfAll = Number(process.env['DATAMOVER_OPERATIONS'] ?? 300);
const seed = Number(process.env['DATAMOVER_SEED'] ?? 4711);

/** Operations that are under way at the same time, at most. */
const AT_ONCE = 6;

async function verify(operations: DataOperations, step: Step, index: number): Promise<void> {
  const arena = new Arena(step.room, 1 + index);
  step.set?.(arena);
  // Asked of the reference, too, which has no futures.
  const call = step.call as unknown as Call;
  await arena.agree(operations, step.spans, call, step.loose).catch((error: unknown) => {
    throw new Error(step.name, { cause: error });
  });
  arena.release();
}

const steps = fc.array(fc.oneof(...byteSteps, ...deltaSteps, ...difSteps), {
  minLength: 1,
  maxLength: AT_ONCE,
});

onEveryMover((operations) => {
  test(`random operations, with seed ${String(seed)}, are those of the reference`, async () => {
    const property = fc.asyncProperty(steps, async (several) => {
      await Promise.all(several.map((step, index) => verify(operations(), step, index)));
    });
    const numRuns = Math.ceil((2 * operationsOfAll) / AT_ONCE);
    await fc.assert(property, { seed, numRuns });
  }, 600_000);
});
