import { evaluate } from './run';

// The simulation against what can be reckoned by hand.

interface Result {
  readonly gigabytesPerSecond: number;
  readonly nanoseconds: number;
  readonly latency: number;
  readonly underWay: number;
  readonly busy: number;
}

const device = { engines: 4, entries: 128, latency: 750, each: 50, gigabytesPerSecond: 31 };
const base = { device, bytes: 64, batch: 1, depth: 1, cost: 0 };

/** A simulation for each of the sets, which say what differs from the base. */
function simulated(...sets: object[]): Result[] {
  const all = sets.map((set) => ({ ...base, ...set }));
  return evaluate(`
    import { simulate } from './bench/scale/simulate.mjs';
    const sets = ${JSON.stringify(all)};
    console.log(JSON.stringify(sets.map(simulate)));`);
}

/** Of a descriptor of a single operation: what its bytes take, but never less than `each`. */
const service = (bytes: number): number => Math.max(device.each, bytes / device.gigabytesPerSecond);
const alone = (bytes: number): number => device.latency - device.each + service(bytes);

test('one at a time: latency is that of a descriptor, and throughput its inverse', () => {
  const sizes = [64, 4096, 65536];
  const results = simulated(...sizes.map((bytes) => ({ bytes })));
  results.forEach(({ latency, nanoseconds, gigabytesPerSecond, underWay }, at) => {
    expect(latency).toBeCloseTo(alone(sizes[at]), 6);
    expect(nanoseconds).toBeCloseTo(alone(sizes[at]), 6);
    expect(gigabytesPerSecond).toBeCloseTo(sizes[at] / alone(sizes[at]), 6);
    expect(underWay).toBeCloseTo(1, 6);
  });
});

test('a batch is one descriptor, whose members go one behind the other', () => {
  const [{ latency, nanoseconds }] = simulated({ bytes: 4096, batch: 32 });
  const expected = device.latency - device.each + 32 * service(4096);
  expect(latency).toBeCloseTo(expected, 6);
  expect(nanoseconds).toBeCloseTo(expected / 32, 6);
});

test('engines are the limit of small descriptors, the path that of large ones', () => {
  const [small, batches, large] = simulated(
    { depth: 32 },
    { depth: 32, batch: 32 },
    { depth: 32, bytes: 65536 },
  );
  expect(small.nanoseconds).toBeCloseTo(device.latency / device.engines, 0);
  expect(batches.nanoseconds).toBeCloseTo(device.each, 0);
  expect(large.gigabytesPerSecond).toBeCloseTo(device.gigabytesPerSecond, 1);
});

test('a thread that takes longer than the devices is the limit, and has no time left', () => {
  const cost = 1000;
  const results = simulated({ cost, depth: 32 }, { cost, depth: 32, devices: 4 });
  for (const { nanoseconds, busy, latency } of results) {
    expect(nanoseconds).toBeCloseTo(cost, 6);
    expect(busy).toBeCloseTo(1, 2);
    // Nobody waits for anybody else.
    expect(latency).toBeCloseTo(alone(64), 6);
  }
});

test('one at a time, the times of thread and device add up', () => {
  const [{ nanoseconds, busy }] = simulated({ cost: 250 });
  expect(nanoseconds).toBeCloseTo(250 + alone(64), 6);
  expect(busy).toBeCloseTo(250 / (250 + alone(64)), 3);
});

test('threads and devices add up', () => {
  const cost = 1000;
  const [one, four, devices] = simulated(
    { cost, depth: 8 },
    { cost, depth: 8, threads: 4 },
    { depth: 8, bytes: 65536, devices: 8 },
  );
  expect(four.nanoseconds).toBeCloseTo(one.nanoseconds / 4, 0);
  expect(devices.gigabytesPerSecond).toBeCloseTo(8 * device.gigabytesPerSecond, 0);
});

test("what is under way is throughput times latency: Little's law", () => {
  const results = simulated(
    { depth: 3, cost: 100, bytes: 1024 },
    { depth: 64, cost: 10, bytes: 4096, threads: 3 },
    { depth: 16, cost: 400, bytes: 16384, batch: 4, devices: 4, threads: 2 },
  );
  const batches = [1, 1, 4];
  results.forEach(({ underWay, latency, nanoseconds }, at) => {
    const law = latency / (nanoseconds * batches[at]);
    expect(Math.abs(underWay / law - 1)).toBeLessThan(0.01);
  });
});

test('no more are under way than a queue and its engines have room for', () => {
  const small = { ...device, entries: 8 };
  const [{ underWay, nanoseconds }] = simulated({ device: small, depth: 100, threads: 2 });
  expect(underWay).toBeLessThanOrEqual(small.entries + small.engines);
  expect(underWay).toBeGreaterThan(small.entries);
  expect(nanoseconds).toBeCloseTo(device.latency / device.engines, 0);
});

test('more under way never makes it slower', () => {
  const depths = [1, 2, 4, 8, 16, 32, 64, 128];
  const results = simulated(...depths.map((depth) => ({ depth, bytes: 4096, cost: 180 })));
  const speeds = results.map(({ gigabytesPerSecond }) => gigabytesPerSecond);
  speeds.slice(1).forEach((speed, at) => expect(speed).toBeGreaterThan(0.999 * speeds[at]));
});

test('what was published is met within a third, and in batches within a fifth', () => {
  const { compared } = evaluate(`
    import { simulateAll } from './bench/scale/sweeps.mjs';
    console.log(JSON.stringify({ compared: simulateAll([]).compared }));`);
  for (const { published, simulated: own } of compared) {
    expect(Math.abs(own.alone / published.alone - 1)).toBeLessThan(1 / 3);
    expect(Math.abs(own.batches / published.batches - 1)).toBeLessThan(1 / 5);
    if (published.together !== null) {
      expect(Math.abs(own.together / published.together - 1)).toBeLessThan(1 / 5);
    }
  }
});

test('the size from which one thread keeps devices busy is where both take the same time', () => {
  const cost = { way: 'a way', gathering: 3200, operation: 200 };
  const simulatedAll: { submission: number; limits: { batch: number; bytes: number[] }[] } =
    evaluate(`
      import { simulateAll } from './bench/scale/sweeps.mjs';
      const { limits, submission } = simulateAll([${JSON.stringify(cost)}]);
      console.log(JSON.stringify({ limits, submission }));`);
  const { limits, submission } = simulatedAll;
  for (const { batch, bytes } of limits) {
    const each = (cost.gathering + submission) / batch + cost.operation;
    [1, 4, 8].forEach((devices, at) => {
      // It counts as busy at 95 % of what it would do alone.
      const least = 0.95 * each * device.gigabytesPerSecond * devices;
      expect(Math.abs(bytes[at] / least - 1)).toBeLessThan(0.05);
    });
  }
});
