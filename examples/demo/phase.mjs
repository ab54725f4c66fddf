import { setImmediate as nextTurn } from 'node:timers/promises';
import { Stopwatch } from './stopwatch.mjs';
import { problemsOf } from './verify.mjs';

/** So that a file of a few bytes comes to an end too. */
const MAX_ROUNDS = 1000;

/** Rounds of each operation for one side to process about `totalBytes` in all. */
export function roundsFor(totalBytes, operationCount, length) {
  const rounds = Math.round(totalBytes / operationCount / (2 * length));
  return Math.min(Math.max(rounds, 1), MAX_ROUNDS);
}

const runners = {
  /** One call after the other; the event loop gets its turn between two calls. */
  async plain(operation, { buffers }) {
    const results = [];
    for (const call of operation.plain(buffers)) {
      results.push(call());
      await nextTurn();
    }
    return results;
  },

  /** All at once; the event loop runs meanwhile. A failure is a result too. */
  async datamover(operation, { mover, buffers }) {
    const settled = await Promise.allSettled(operation.datamover(mover, buffers));
    return settled.map(({ value, reason }) => reason ?? value);
  },
};

/** All rounds of one operation on one side, each verified, only the work itself timed. */
export async function runPhase(operation, side, context) {
  const { mover, buffers, facts, rounds, progress } = context;
  const stopwatch = new Stopwatch();
  const problems = [];
  let bytes = 0;
  progress.begin(operation.name, side, rounds);
  for (let round = 0; round < rounds && problems.length === 0; round++) {
    prepare(operation, buffers);
    // From a timer's callback, the first two calls would run without a timer between them.
    await nextTurn();
    const results = await stopwatch.time(() => runners[side](operation, context));
    bytes += 2 * facts.length;
    problems.push(...problemsOf(operation, side, { buffers, facts, results }));
    progress.advance();
  }
  if (side === 'datamover' && problems.length === 0) {
    const problem = await operation.probe?.(mover, buffers);
    if (problem !== undefined) problems.push(problem);
  }
  const result = {
    bytes,
    gigabytesPerSecond: bytes / 1e6 / stopwatch.milliseconds,
    delay: stopwatch.delay,
    problems: problems.map((problem) => `${operation.name} by ${side}: ${problem}`),
  };
  progress.end(result);
  return result;
}

/** Garbage differs from the source's first byte: a target left alone cannot pass for a copy. */
function prepare({ given }, { source, first, second }) {
  for (const target of [first, second]) {
    if (given === 'source') source.copy(target);
    else target.fill(~source[0] & 0xff);
  }
}
