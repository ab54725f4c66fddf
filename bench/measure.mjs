// How two subjects are compared: by turns in one process (A B A B), so that whatever slows the machine
// slows both, and by the ratios of the rounds. A subject's `run` does all operations of a gathering.
import { compareCosts } from './cost.mjs';
import { heapBytes, latency, loopDelay, repeat, spent } from './meters.mjs';
import { spread, sum } from './statistics.mjs';

/** How long things take, in milliseconds, and how many rounds there are. */
export const paces = {
  full: { warmUp: 300, sample: 20, rounds: 2500, latency: 300, delay: 1000, least: 5, most: 61 },
  quick: { warmUp: 120, sample: 8, rounds: 1200, latency: 100, delay: 300, least: 3, most: 61 },
};

const LATENCIES = 20_000;
const HEAP_OPERATIONS = 1024;

/** Compiles what the subject needs; returns how often it runs in one sample. */
async function warmUp(subject, pace) {
  const end = performance.now() + pace.warmUp;
  let milliseconds;
  let times = 1;
  do {
    const start = performance.now();
    await repeat(subject, times);
    milliseconds = (performance.now() - start) / times;
    if (milliseconds * times < 1) times *= 2;
  } while (performance.now() < end);
  return Math.max(1, Math.round(pace.sample / milliseconds));
}

/** Nanoseconds of the wall clock, of the main thread and of all threads for so many runs. */
async function sample(subject, runs) {
  const before = spent();
  // What reading the meters takes is not the subject's.
  const start = performance.now() * 1e6;
  await repeat(subject, runs);
  const wall = performance.now() * 1e6 - start;
  const after = spent();
  return { wall, main: after.main - before.main, all: after.all - before.all };
}

const number = (value) => (Number.isFinite(value) ? value : null);

/** What the samples of a subject say. `bytes` of one operation; 0: it moves none. */
function figures(samples, operations, bytes) {
  const nanoseconds = spread(samples.map(({ wall }) => wall / operations));
  const total = operations * samples.length;
  const mainNanoseconds = sum(samples.map(({ main }) => main)) / total;
  const allNanoseconds = sum(samples.map(({ all }) => all)) / total;
  const secondsPerGiB = (each) => (bytes === 0 ? null : number((each / bytes) * (2 ** 30 / 1e9)));
  return {
    nanoseconds,
    meanNanoseconds: sum(samples.map(({ wall }) => wall)) / total,
    mainNanoseconds: number(mainNanoseconds),
    allNanoseconds,
    gigabytesPerSecond: bytes === 0 ? null : bytes / nanoseconds.median,
    cpuSecondsPerGiB: { main: secondsPerGiB(mainNanoseconds), all: secondsPerGiB(allNanoseconds) },
  };
}

/** What is measured outside the rounds, because measuring it takes time itself. */
async function aside(subject, { depth, delay }, pace) {
  const runs = Math.max(1, Math.round(HEAP_OPERATIONS / depth));
  const { p50, p99 } = await latency(subject, pace.latency, LATENCIES);
  const short = p50 * runs < pace.sample * 1e6 * 5;
  return {
    latencyNanoseconds: { p50, p99 },
    heapBytes: short ? await heapBytes(subject, runs, depth) : null,
    loopDelayMilliseconds: delay ? await loopDelay(subject, pace.delay) : null,
  };
}

/**
 * Figures of both subjects, and the spread of the ratios (ours / peer) of the rounds: below 1 ours takes
 * less time.
 *
 * @param row - `bytes` of an operation, `depth` operations of a run, `delay`: whether the event loop's
 * delay is looked at, `cost`: whether for how long each holds it is
 */
export async function compare(ours, peer, row, pace) {
  const runs = { ours: await warmUp(ours, pace), peer: await warmUp(peer, pace) };
  const samples = { ours: [], peer: [] };
  const end = performance.now() + pace.rounds;
  do {
    samples.ours.push(await sample(ours, runs.ours));
    samples.peer.push(await sample(peer, runs.peer));
  } while (
    samples.ours.length < pace.least ||
    (performance.now() < end && samples.ours.length < pace.most)
  );
  const operations = { ours: runs.ours * row.depth, peer: runs.peer * row.depth };
  const costs = row.cost ? await compareCosts(ours, peer, row, pace) : {};
  const each = (side, round) => samples[side][round].wall / operations[side];
  return {
    rounds: samples.ours.length,
    ...(row.cost ? { costRatio: costs.costRatio } : {}),
    ratio: spread(samples.ours.map((_, round) => each('ours', round) / each('peer', round))),
    ours: {
      ...figures(samples.ours, operations.ours, row.bytes),
      ...(await aside(ours, row, pace)),
      ...costs.ours,
    },
    peer: {
      ...figures(samples.peer, operations.peer, row.bytes),
      ...(await aside(peer, row, pace)),
      ...costs.peer,
    },
  };
}
