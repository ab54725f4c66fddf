import process from 'node:process';
import { Pool } from 'datamover';
import { parseArguments } from './command-line.mjs';
import { engineLines } from './engine.mjs';
import { factsOf } from './facts.mjs';
import { formatBytes } from './format.mjs';
import { InputError, readInput } from './input.mjs';
import { operations } from './operations.mjs';
import { runPhase, roundsFor } from './phase.mjs';
import { progressOn } from './progress.mjs';
import { idleDelay } from './stopwatch.mjs';
import { resultTable } from './table.mjs';

/** Memory for engines is best aligned to pages; `dualcast` demands it of its destinations. */
const PAGE = 4096;

/** Everything from arguments to the exit code: 0 all verified, 1 not, 2 nothing to work on. */
export async function demo(args, mover, output = process.stdout) {
  const print = (line) => output.write(`${line}\n`);
  try {
    const { path, totalBytes } = parseArguments(args);
    const pool = new Pool({ align: PAGE });
    const { source, remark } = await readInput(path, pool);
    print(`Read ${formatBytes(source.length)} from ${remark}.`);
    const buffers = {
      source,
      first: pool.alloc(source.length),
      second: pool.alloc(source.length),
    };
    for (const line of await engineLines(mover, buffers)) print(line);
    print('Working out what must come of it, without datamover, then going to work.\n');
    const idle = await idleDelay();
    const results = await runAll(mover, buffers, totalBytes, progressOn(output));
    print(`\n${resultTable(results, idle)}\n`);
    return verdict(results, print);
  } catch (error) {
    process.stderr.write(`demo: ${error.message}\n`);
    return error instanceof InputError ? 2 : 1;
  }
}

/** Each operation twice: by plain Buffer calls, then by the mover. */
async function runAll(mover, buffers, totalBytes, progress) {
  const facts = factsOf(buffers.source);
  const rounds = roundsFor(totalBytes, operations.length, buffers.source.length);
  const results = [];
  const context = { mover, buffers, facts, rounds, progress };
  try {
    for (const operation of operations) {
      const plain = await runPhase(operation, 'plain', context);
      const datamover = await runPhase(operation, 'datamover', context);
      results.push({ name: operation.name, plain, datamover });
    }
  } finally {
    progress.finish();
  }
  return results;
}

function verdict(results, print) {
  const problems = results.flatMap(({ plain, datamover }) => [
    ...plain.problems,
    ...datamover.problems,
  ]);
  for (const problem of problems) print(`WRONG: ${problem}`);
  if (problems.length > 0) return 1;
  print('All verified: contents by Buffer.equals and SHA-256, CRCs by JavaScript.');
  return 0;
}
