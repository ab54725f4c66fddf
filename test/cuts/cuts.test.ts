import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { node, runCommand } from '../support/child';
import type { Way } from './knife';
import type { Cell, Report } from './main';
import { movers, type MoverName } from './movers';
import { scenarios } from './scenarios';

// The library is cut off wherever a function is entered, as by a full stack or the time limit of a script;
// with the movers that do the same each time, at some of these places; or with each mover, at all of them,
// or at every seventh:
// DATAMOVER_CUTS=all npx jest test/cuts
// DATAMOVER_CUTS=7 npx jest test/cuts
const wanted = process.env['DATAMOVER_CUTS'];
const all = wanted !== undefined;

/** Every so many places one: a prime, so that cells do not begin at the same again and again. */
const stride = wanted === 'all' ? 1 : Number(wanted ?? 3);
/** Processes at once. */
const most = all ? availableParallelism() : 2;
const timeoutMs = all ? 7_200_000 : 100_000;

jest.setTimeout(timeoutMs);

const ways: readonly Way[] = ['limit', 1, 3, 1000];

/** Where each begins differs, so that all together are cut off at many places. */
function cellsOf(mover: MoverName): Cell[] {
  const names = Object.keys(scenarios).filter((name) => {
    const { movers: only } = scenarios[name]!;
    return only === undefined || only.includes(mover);
  });
  const order = Object.keys(movers).indexOf(mover);
  return names.flatMap((scenario, row) =>
    ways.map((way, column) => ({
      mover,
      scenario,
      way,
      first: (order * 5 + row * 11 + column * 17) % stride,
    })),
  );
}

// Queues that are lost on purpose are no news.
const program = [
  node,
  '--no-warnings',
  '-r',
  join(__dirname, 'hook.cjs'),
  join(__dirname, 'main.ts'),
];

async function run(cells: readonly Cell[]): Promise<Report> {
  const command = [...program, JSON.stringify(cells), String(stride)];
  const { code, stdout, stderr } = await runCommand(command, { timeoutMs });
  if (code !== 0 || stdout === '') throw new Error(`it ended with code ${code}: ${stderr}`);
  return JSON.parse(stdout) as Report;
}

/** A part of the cells to each process. */
const parts = (cells: readonly Cell[]): Cell[][] =>
  Array.from({ length: most }, (_, part) => cells.filter((_, index) => index % most === part));

const tried = all ? (Object.keys(movers) as MoverName[]) : (['sync', 'spot'] as const);

test.each(tried)('by the mover: %s', async (mover) => {
  const cells = cellsOf(mover);
  const reports = await Promise.all(parts(cells).map(run));
  expect(reports.map(({ fault }) => fault)).toEqual(reports.map(() => undefined));
  const total = (count: 'cells' | 'cuts'): number =>
    reports.reduce((sum, report) => sum + report[count], 0);
  expect(total('cells')).toBe(cells.length);
  expect(total('cuts')).toBeGreaterThan(cells.length);
});
