// What waiting costs where there is nothing to do: shares of one CPU, which have bounds of their own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { freemem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { digits } from '../table.mjs';

const child = fileURLToPath(new URL('./child.mjs', import.meta.url));
const MILLISECONDS = { full: 3000, quick: 1000 };

/** `of`: whose share has the bound, the main thread's or that of all threads. */
const kinds = [
  { kind: 'idle', about: 'an open mover without work', of: 'all', bound: 0.01, needs: 0 },
  {
    kind: 'copying',
    about: 'copies of 1 GiB, awaited',
    of: 'main',
    bound: 0.02,
    needs: 3 * 2 ** 30,
  },
];

export const rests = kinds.flatMap((kind) =>
  ['threads', 'auto'].map((engine) => ({ id: `rest, ${kind.about}: ${engine}`, engine, ...kind })),
);

/** Shares of one CPU: `main`, null where the system does not tell, and `all`; or `skipped`. */
export async function measureRest({ id, engine, kind, of, bound, needs }, pace) {
  if (freemem() < needs) return { id, of, bound, skipped: 'there is not enough memory' };
  const process = fork(child);
  process.send({ kind, engine, milliseconds: MILLISECONDS[pace] });
  const [found] = await Promise.race([once(process, 'message'), once(process, 'exit')]);
  if (typeof found !== 'object') throw new Error(`${id}: the process ended without an answer`);
  return { id, of, bound, ...found };
}

const percent = (share) => (share === null ? '-' : `${digits(100 * share)} %`);
const who = { main: 'of the main thread', all: 'of all threads' };

export const restColumns = ['', 'CPU time of the main thread', 'of all threads', 'bound'];

export function restCells({ id, main, all, of, bound, skipped }) {
  if (skipped !== undefined) return [id, `skipped: ${skipped}`, '', ''];
  return [id, percent(main), percent(all), `${percent(bound)} ${who[of]}`];
}

export const restLine = (found) => restCells(found).join('  ');
export const isBroken = (found) => found[found.of] > found.bound;
