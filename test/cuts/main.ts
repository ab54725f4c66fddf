// Cuts scenarios off at all positions, or at some of them, and says what came of it.
//   node --no-warnings -r hook.cjs main.ts CELLS STRIDE: CELLS as in cuts.test.ts
import type { Way } from './knife';
import { meddle, movers, type MoverName } from './movers';
import { scenarios } from './scenarios';
import { trial } from './trial';

/** What is to be cut off, how, and at which position first. */
export interface Cell {
  readonly mover: MoverName;
  readonly scenario: string;
  readonly way: Way;
  readonly first: number;
}

export interface Fault extends Cell {
  readonly where: string;
  readonly problems: readonly string[];
}

/** What a process prints at last. */
export interface Report {
  /** It ends at the first fault, since that may have spoiled what others share. */
  readonly fault?: Fault;
  /** Cells that it was through with, cuts, and operations that were lost by them. */
  readonly cells: number;
  readonly cuts: number;
  readonly lost: number;
}

/** What waits by spinning comes by the same places again and again. */
const POSITIONS = 1500;

async function run(cells: readonly Cell[], stride: number): Promise<Report> {
  const counts = { cells: 0, cuts: 0, lost: 0 };
  for (const cell of cells) {
    const scenario = scenarios[cell.scenario]!;
    for (let first = cell.first; first < POSITIONS; first += stride) {
      const { over, where, problems, lost } = await trial(
        movers[cell.mover],
        scenario,
        cell.way,
        first,
      );
      if (problems.length > 0) return { ...counts, fault: { ...cell, first, where, problems } };
      if (over) break;
      counts.cuts++;
      if (lost) counts.lost++;
    }
    counts.cells++;
  }
  return counts;
}

const [cells = '[]', stride = '1'] = process.argv.slice(2);
meddle();
void run(JSON.parse(cells) as Cell[], Number(stride))
  .then((report) => console.log(JSON.stringify(report)), console.error)
  .then(() => process.exit());
