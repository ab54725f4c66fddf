// What a process has spent so far, and how late its event loop is.
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { spread, percentiles } from './statistics.mjs';

/** Lets a subject run so often. What gives no promise is not awaited. */
export async function repeat({ run, async }, times) {
  if (async) for (let time = 0; time < times; time++) await run();
  else for (let time = 0; time < times; time++) run();
}

/** CPU time of the main thread in nanoseconds; NaN where the system does not tell. */
function mainThreadTime() {
  if (process.threadCpuUsage !== undefined) {
    const { user, system } = process.threadCpuUsage();
    return (user + system) * 1000;
  }
  // Brought up to date by the scheduler's tick: right over many samples, not in one.
  if (process.platform !== 'linux') return NaN;
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]);
}

/** Wall-clock time, CPU time of the main thread and of all threads, in nanoseconds. */
export function spent() {
  const { user, system } = process.cpuUsage();
  const main = mainThreadTime();
  return { main, all: (user + system) * 1000, wall: performance.now() * 1e6 };
}

/** Bytes that an operation leaves on the heap, before any collection. Needs `--expose-gc`. */
export async function heapBytes(subject, runs, operations) {
  const tries = [];
  for (let attempt = 0; attempt < 5; attempt++) {
    globalThis.gc();
    const before = getHeapStatistics().used_heap_size;
    await repeat(subject, runs);
    // A collection in between hides some.
    tries.push(Math.max(0, getHeapStatistics().used_heap_size - before));
  }
  return spread(tries).median / (runs * operations);
}

/**
 * How late a timer of 1 ms comes, in milliseconds, while the subject works for `milliseconds` and
 * gives the loop a turn after each gathering.
 */
export async function loopDelay(subject, milliseconds) {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  const end = performance.now() + milliseconds;
  histogram.enable();
  while (performance.now() < end) {
    await subject.run();
    await new Promise(setImmediate);
  }
  // Turns that are never late leave the last one to be counted.
  await new Promise((resolve) => setTimeout(resolve, 2));
  histogram.disable();
  const late = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - 1);
  return {
    p50: late(histogram.percentile(50)),
    p99: late(histogram.percentile(99)),
    max: late(histogram.max),
  };
}

/** Nanoseconds from the beginning of a gathering to its end. */
export async function latency(subject, milliseconds, most) {
  const times = [];
  const end = performance.now() + milliseconds;
  do {
    const start = performance.now();
    if (subject.async) await subject.run();
    else subject.run();
    times.push((performance.now() - start) * 1e6);
  } while (performance.now() < end && times.length < most);
  return percentiles(times, { p50: 0.5, p99: 0.99 });
}
