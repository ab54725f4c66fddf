// What is asked of the simulation: each sweep changes one thing, by four sizes and by the way in which
// operations are asked for.
import { device, published, submission } from './device.mjs';
import { simulate } from './simulate.mjs';

const sizes = [64, 1024, 4096, 65536];

export const sweeps = [
  {
    name: 'depth',
    about: 'Throughput by queue depth: one thread, one device, each operation handed over alone',
    axis: 'descriptors under way',
    steps: [1, 2, 4, 8, 16, 32, 64, 128].map((depth) => ({ label: `${depth}`, depth })),
  },
  {
    name: 'batch',
    about: 'Throughput by batch size: one thread, one device, eight descriptors under way',
    axis: 'operations in a batch',
    steps: [1, 2, 4, 8, 16, 32].map((batch) => ({ label: `${batch}`, batch, depth: 8 })),
  },
  {
    name: 'devices',
    about:
      'Throughput by devices and Node.js threads: four batches of 32 of each thread on each device',
    axis: 'devices x threads',
    steps: [1, 4, 8].flatMap((devices) =>
      [1, 2, 4, 8].map((threads) => {
        return { label: `${devices} x ${threads}`, devices, threads, batch: 32, depth: 4 };
      }),
    ),
  },
];

/** Who only submits, and takes no time for it. */
export const nobody = 'device alone';

/** Of a descriptor for its thread, in nanoseconds. */
const costOf = ({ gathering, operation }, batch) => gathering + batch * operation + submission;

/** @param cost - null: the thread takes no time */
function run(cost, bytes, { batch = 1, ...step }) {
  return simulate({ device, bytes, batch, ...step, cost: cost === null ? 0 : costOf(cost, batch) });
}

/** As fast as the devices would be without a thread, but for so much; busy, but for so much. */
const NEAR = 0.95;

/** A row for each size and way. */
function sweep({ name, steps }, costs) {
  const rows = sizes.flatMap((bytes) => {
    const alone = steps.map((step) => run(null, bytes, step).gigabytesPerSecond);
    const row = (way, cost) => {
      const points = steps.map((step, at) => {
        const { gigabytesPerSecond, latency, busy } = run(cost, bytes, step);
        const threadIsLimit = busy > NEAR && gigabytesPerSecond < NEAR * alone[at];
        return { label: step.label, gigabytesPerSecond, latency, busy, threadIsLimit };
      });
      return { bytes, way, points };
    };
    return [row(nobody, null), ...costs.map((cost) => row(cost.way, cost))];
  });
  return { name, rows };
}

const LINE = 64;
const LARGEST = 2 ** 20;

/** The least size, a multiple of 64 bytes, with which the thread keeps the devices busy. */
function limit(cost, set) {
  const keepsUp = (bytes) => {
    const speed = (of) => run(of, bytes, set).gigabytesPerSecond;
    return speed(cost) >= NEAR * speed(null);
  };
  let [below, at] = [0, LARGEST / LINE];
  while (at - below > 1) {
    const middle = (below + at) >> 1;
    if (keepsUp(middle * LINE)) at = middle;
    else below = middle;
  }
  return at * LINE;
}

const underWay = { depth: 8, threads: 1, descriptors: 1000 };

function limits(costs) {
  return costs.flatMap((cost) =>
    [1, 8, 32].map((batch) => {
      const bytes = [1, 4, 8].map((devices) => limit(cost, { ...underWay, devices, batch }));
      return { way: cost.way, batch, bytes };
    }),
  );
}

/** Nanoseconds of an operation where others have measured them. */
function compared() {
  const time = (bytes, batch, depth) => {
    return simulate({ device, bytes, batch, depth, cost: 0 }).nanoseconds;
  };
  return published.map(({ bytes, ...measured }) => {
    const simulated = {
      alone: time(bytes, 1, 1),
      batches: time(bytes, 32, 4),
      together: measured.together && Math.max(submission, time(bytes, 1, 32)),
    };
    return { bytes, published: measured, simulated };
  });
}

/** @param costs - as `measureCosts` gives them */
export function simulateAll(costs) {
  return {
    device,
    submission,
    costs,
    compared: compared(),
    sweeps: sweeps.map((one) => sweep(one, costs)),
    limits: limits(costs),
  };
}
