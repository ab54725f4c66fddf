// A simulation in virtual time of threads that submit descriptors to devices. Times are nanoseconds.
import { Clock } from './clock.mjs';

/** A queue, engines that take descriptors from it, and the one path by which all their bytes go. */
class Device {
  /** Room in the queue that nobody has reserved. */
  room;
  #clock;
  #is;
  #service;
  #waiting = [];
  #working = 0;
  #pathFree = 0;
  #dispatched;

  /** @param dispatched - called when an engine took a descriptor, so that there is room */
  constructor(clock, is, { bytes, batch }, dispatched) {
    this.#clock = clock;
    this.#is = is;
    this.#service = batch * Math.max(is.each, bytes / is.gigabytesPerSecond);
    this.#dispatched = dispatched;
    this.room = is.entries;
  }

  submit(completed) {
    this.#waiting.push(completed);
    this.#dispatch();
  }

  #dispatch() {
    while (this.#working < this.#is.engines && this.#waiting.length > 0) {
      const completed = this.#waiting.shift();
      this.#working++;
      this.room++;
      this.#pathFree = Math.max(this.#pathFree, this.#clock.now) + this.#service;
      this.#clock.at(this.#pathFree + this.#is.latency - this.#is.each, () => {
        this.#working--;
        this.#dispatch();
        completed();
      });
      this.#dispatched();
    }
  }
}

/** Submits one descriptor after the other, as long as there are fewer than `depth` on a device. */
class Thread {
  busy = 0;
  #clock;
  #devices;
  #underWay;
  #depth;
  #cost;
  #meter;
  #working = false;

  constructor(clock, devices, { depth, cost }, meter) {
    this.#clock = clock;
    this.#devices = devices;
    this.#underWay = devices.map(() => 0);
    this.#depth = depth;
    this.#cost = cost;
    this.#meter = meter;
  }

  /** Begins the next one if it is idle and there is room. */
  work() {
    if (this.#working) return;
    const at = this.#choose();
    if (at === undefined) return;
    const device = this.#devices[at];
    device.room--;
    this.#underWay[at]++;
    this.#working = true;
    this.#clock.at(this.#clock.now + this.#cost, () => {
      this.busy += this.#cost;
      this.#working = false;
      const submitted = this.#clock.now;
      this.#meter.submitted();
      device.submit(() => {
        this.#underWay[at]--;
        this.#meter.completed(submitted);
        this.work();
      });
      this.work();
    });
  }

  /** The device on which it has least under way, of those that have room. */
  #choose() {
    let least;
    for (let at = 0; at < this.#devices.length; at++) {
      if (this.#devices[at].room === 0 || this.#underWay[at] >= this.#depth) continue;
      if (least === undefined || this.#underWay[at] < this.#underWay[least]) least = at;
    }
    return least;
  }
}

/** Counts what completes, how long it took, and how much is under way on average. */
class Meter {
  count = 0;
  latency = 0;
  /** Descriptors under way, integrated over time. */
  integral = 0;
  #clock;
  #underWay = 0;
  #since = 0;

  constructor(clock) {
    this.#clock = clock;
  }

  submitted() {
    this.advance();
    this.#underWay++;
  }

  completed(submitted) {
    this.advance();
    this.#underWay--;
    this.count++;
    this.latency += this.#clock.now - submitted;
  }

  advance() {
    this.integral += this.#underWay * (this.#clock.now - this.#since);
    this.#since = this.#clock.now;
  }
}

/**
 * @param set - `device`: as in `device.mjs`; `devices` of them; `threads` that submit; `depth`:
 * descriptors that a thread has under way on each device at most; `batch`: operations in a descriptor;
 * `bytes` of an operation; `cost`: of a descriptor for its thread
 * @returns `gigabytesPerSecond`, `nanoseconds` between two operations, `latency` of a descriptor from
 * submission to completion, `underWay`: descriptors on average, `busy`: the share of the threads' time
 */
export function simulate({ device, devices = 1, threads = 1, descriptors = 4000, ...set }) {
  const clock = new Clock();
  const meter = new Meter(clock);
  const workers = [];
  const full = { depth: set.depth, cost: set.cost };
  const wake = () => workers.forEach((worker) => worker.work());
  const all = Array.from({ length: devices }, () => new Device(clock, device, set, wake));
  for (let i = 0; i < threads; i++) workers.push(new Thread(clock, all, full, meter));
  const state = () => {
    meter.advance();
    const busy = workers.reduce((total, worker) => total + worker.busy, 0);
    const { count, latency, integral } = meter;
    return { time: clock.now, busy, count, latency, integral };
  };
  wake();
  // What comes before the steady state is not counted.
  clock.run(() => meter.count >= descriptors / 4);
  const begin = state();
  clock.run(() => meter.count >= descriptors);
  const end = state();
  const elapsed = end.time - begin.time;
  const count = end.count - begin.count;
  return {
    gigabytesPerSecond: (count * set.batch * set.bytes) / elapsed,
    nanoseconds: elapsed / (count * set.batch),
    latency: (end.latency - begin.latency) / count,
    underWay: (end.integral - begin.integral) / elapsed,
    busy: (end.busy - begin.busy) / (elapsed * threads),
  };
}
