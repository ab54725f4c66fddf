import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { withNoise } from '../conformance/arena';
import { engines } from './engines';
import { operations } from './operations';

/** How a thread or a process ends. */
const manners: Readonly<Record<string, () => void>> = {
  exit: () => process.exit(7),
  throw: () =>
    process.nextTick(() => {
      throw new Error('thrown in mid-flight');
    }),
  /** It is ended from without. */
  terminate: () => void setInterval(() => undefined, 1000),
};

const sizes = [64, 4608, 2 ** 20];

/** Ends in the middle of all operations: those of one half are under way, the others just asked for. */
async function end(name: string, manner: string, told: () => void): Promise<void> {
  const { open, hold } = engines.find((engine) => engine.name === name)!;
  const mover = await open();
  const ask = (): void => {
    for (const { lengths, prepare, ask, isOf } of operations) {
      if (isOf?.(mover) === false) continue;
      for (const bytes of sizes) {
        const operands = lengths(bytes).map((length) => withNoise(Buffer.alloc(length), bytes));
        prepare?.(operands);
        ask(mover, operands).then(undefined, () => undefined);
      }
    }
  };
  hold(mover);
  ask();
  await null;
  ask();
  told();
  manners[manner]!();
}

const given = workerData as { argv: [string, string]; told: Int32Array } | null;
const [name, manner] = given?.argv ?? (process.argv.slice(2) as [string, string]);
void end(name, manner, () => {
  if (given === null) {
    writeSync(1, 'in mid-flight\n');
  } else {
    Atomics.store(given.told, 0, 1);
    Atomics.notify(given.told, 0);
  }
});
