import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Canaries } from './canaries';

/** How a worker can end, and its exit code. */
const codes = { exit: 7, throw: 1, terminate: 1 } as const;

type Manner = keyof typeof codes;

export const manners = Object.keys(codes) as readonly Manner[];

const lengths = [64, 4608, 4680, 2 ** 20].flatMap((bytes) => Array<number>(10).fill(bytes));

/**
 * A worker ends in the middle of all operations, on memory that ends with it.
 *
 * @returns what was wrong
 */
export async function endWorker(engine: string, manner: Manner): Promise<string[]> {
  const told = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(`require(${JSON.stringify(join(__dirname, 'ending.ts'))})`, {
    eval: true,
    workerData: { argv: [engine, manner], told },
  });
  worker.on('error', () => undefined);
  const exit = new Promise<number>((resolve) => worker.once('exit', resolve));
  // Whatever happens to it: this thread is at work, and sees it at once.
  while (Atomics.load(told, 0) === 0) await setTimeout(1);
  if (manner === 'terminate') void worker.terminate();
  const code = await exit;
  const canaries = new Canaries(lengths);
  await setTimeout(5);
  const found = code === codes[manner] ? [] : [`it ended with ${code}`];
  return canaries.unharmed ? found : [...found, 'memory of others was written'];
}
