import { setTimeout as sleep } from 'node:timers/promises';

/** What the timer of the demonstration asks for. */
const PERIOD_MS = 1;

const IDLE_MS = 300;

/**
 * Times work and, by a timer that asks to be called every millisecond, how late it is called. The
 * timer rests with the stopwatch: what it had still to wait for, it waits for in the next stretch.
 */
export class Stopwatch {
  milliseconds = 0;
  #delays = [];
  #wait = PERIOD_MS;

  /** Adds the time that the work takes, and the delays that the event loop suffers meanwhile. */
  async time(work) {
    let due;
    let timer;
    const called = () => {
      this.#delays.push(Math.max(performance.now() - due, 0));
      arm(PERIOD_MS);
    };
    const arm = (wait) => {
      due = performance.now() + wait;
      timer = setTimeout(called, wait);
    };
    arm(this.#wait);
    const begun = performance.now();
    const result = await work();
    const ended = performance.now();
    clearTimeout(timer);
    this.milliseconds += ended - begun;
    if (ended >= due) this.#delays.push(ended - due);
    this.#wait = ended >= due ? PERIOD_MS : due - ended;
    return result;
  }

  /** Milliseconds; all 0 when the work was over before the timer was due. */
  get delay() {
    const sorted = this.#delays.toSorted((a, b) => a - b);
    const quantile = (part) => sorted[Math.ceil(part * sorted.length) - 1] ?? 0;
    return { p50: quantile(0.5), p99: quantile(0.99), max: quantile(1) };
  }
}

/** What the event loop suffers on this machine when the program does nothing at all. */
export async function idleDelay() {
  const stopwatch = new Stopwatch();
  await stopwatch.time(() => sleep(IDLE_MS));
  return stopwatch.delay;
}
