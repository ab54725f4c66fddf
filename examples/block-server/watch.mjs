// What serving took: CPU time of the event loop's thread and of all, and how late the loop was.
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 5;
const GIB = 2 ** 30;

/** Nanoseconds of CPU time; NaN where the system does not tell. */
function mainThread() {
  if (process.platform !== 'linux') return NaN;
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]);
}

function allThreads() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

export class Watch {
  #main = mainThread();
  #all = allThreads();
  #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor() {
    this.#delay.enable();
  }

  /** What was served since, in a line. */
  summary({ requests, bytes }) {
    const seconds = (nanoseconds) => {
      const each = nanoseconds / 1e9;
      const perGiB = bytes === 0 ? '' : ` (${((each * GIB) / bytes).toFixed(2)} per GiB)`;
      return `${each.toFixed(2)} s${perGiB}`;
    };
    const late = Math.max(0, this.#delay.percentile(99) / 1e6 - RESOLUTION_MS);
    return [
      `${requests} requests, ${(bytes / 2 ** 20).toFixed(1)} MiB`,
      `CPU time of the event loop ${seconds(mainThread() - this.#main)}`,
      `of all threads ${seconds(allThreads() - this.#all)}`,
      `event loop late by ${late.toFixed(1)} ms at most in 99 of 100 turns`,
    ].join('; ');
  }
}
