// Measures one row, in a process of its own: shares of one CPU that were used.
import { setTimeout } from 'node:timers/promises';
import { spent } from '../meters.mjs';
import { engines } from '../subjects/movers.mjs';

const GIB = 2 ** 30;
/** Until what an operation leaves behind has been tidied up. */
const SETTLE_MS = 300;

/** With a mover that has worked, and could at any time. */
async function idle(mover, milliseconds) {
  const block = Buffer.alloc(1024 * 1024);
  for (let i = 0; i < 1000; i++) await mover.fill(block, i & 255);
  await setTimeout(SETTLE_MS);
  return () => setTimeout(milliseconds);
}

/** While one copy after the other is awaited, each a single operation. */
async function copying(mover, milliseconds) {
  const [target, source] = [Buffer.alloc(GIB, 1), Buffer.alloc(GIB, 2)];
  await mover.copy(target, source);
  return async () => {
    const end = performance.now() + milliseconds;
    do await mover.copy(target, source);
    while (performance.now() < end);
  };
}

const kinds = { idle, copying };

process.once('message', async ({ kind, engine, milliseconds }) => {
  const mover = await engines[engine]();
  const run = await kinds[kind](mover, milliseconds);
  // What reading the meters takes the first time is not what is looked for.
  spent();
  const before = spent();
  await run();
  const after = spent();
  const share = (name) => (after[name] - before[name]) / (after.wall - before.wall);
  // NaN, where the system does not tell, becomes null on its way.
  process.send({ main: share('main'), all: share('all') }, () => process.exit());
});
