// A load of random blocks at a queue depth: as soon as a request ends, the next begins.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { spent } from '../meters.mjs';
import { percentiles, spread, sum } from '../statistics.mjs';
import { BLOCK, BLOCKS } from './subjects.mjs';

/** Requests at once. */
export const DEPTHS = [1, 8, 32, 128];

export const paces = {
  full: { sample: 20, rounds: 40, delay: 500 },
  quick: { sample: 10, rounds: 10, delay: 100 },
};

/** xorshift32 */
let state = 1;
function randomBlock() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % BLOCKS;
}

const buffers = Array.from({ length: 128 }, (_, at) => Buffer.alloc(BLOCK, at));

/** @param begin - given a block and a buffer */
async function load(begin, depth, milliseconds) {
  const latencies = [];
  const end = performance.now() + milliseconds;
  const one = async (buffer) => {
    let now = performance.now();
    do {
      const start = now;
      await begin(randomBlock(), buffer);
      now = performance.now();
      latencies.push(now - start);
    } while (now < end);
  };
  const before = spent();
  await Promise.all(buffers.slice(0, depth).map(one));
  const after = spent();
  const used = (name) => after[name] - before[name];
  return { latencies, wall: used('wall'), main: used('main'), all: used('all') };
}

const rate = ({ latencies, wall }) => latencies.length / (wall / 1e9);
const secondsPerGiB = (nanoseconds, count) => (nanoseconds / (count * BLOCK)) * (2 ** 30 / 1e9);

function figures(samples) {
  const latencies = samples.flatMap((sample) => sample.latencies);
  const all = (name) => sum(samples.map((sample) => sample[name]));
  const { p50, p99 } = percentiles(latencies, { p50: 0.5, p99: 0.99 });
  return {
    rate: spread(samples.map(rate)),
    latencyNanoseconds: { p50: 1e6 * p50, p99: 1e6 * p99 },
    cpuSecondsPerGiB: {
      main: secondsPerGiB(all('main'), latencies.length),
      all: secondsPerGiB(all('all'), latencies.length),
    },
  };
}

/** How much later than 1 ms a timer of 1 ms comes while `work` is under way: the 99th percentile, in milliseconds. */
async function lateness(work) {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await work();
  // Turns that are never late leave the last one to be counted.
  await setTimeout(2);
  histogram.disable();
  return Math.max(0, histogram.percentile(99) / 1e6 - 1);
}

/** What the machine does to a process that does nothing. */
export const idleLateness = ({ delay }) => lateness(() => setTimeout(delay));

/**
 * The loop has its turn after each request, as where requests come from sockets: what completes on the
 * spot would keep it out.
 */
const turning = (begin) => async (block, buffer) => {
  await begin(block, buffer);
  await setImmediate();
};

/**
 * Subject and peer by turns, so that whatever slows the machine slows both.
 *
 * @returns figures of both, and the spread of the ratios of their rates: above 1 the subject does more
 */
export async function compare(ours, peer, depth, { sample, rounds, delay }) {
  const samples = { ours: [], peer: [] };
  await load(ours, depth, sample);
  await load(peer, depth, sample);
  for (let round = 0; round < rounds; round++) {
    samples.ours.push(await load(ours, depth, sample));
    samples.peer.push(await load(peer, depth, sample));
  }
  const late = (begin) => lateness(() => load(turning(begin), depth, delay));
  const ratios = samples.ours.map((one, round) => rate(one) / rate(samples.peer[round]));
  return {
    ratio: spread(ratios),
    ours: { ...figures(samples.ours), lateP99: await late(ours) },
    peer: { ...figures(samples.peer), lateP99: await late(peer) },
  };
}
