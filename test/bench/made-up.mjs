// Results of a run that never was, of every case there is: for what shows them.
import { selectCases } from '../../bench/cases.mjs';
import { rests } from '../../bench/rests/rests.mjs';
import { simulateAll } from '../../bench/scale/sweeps.mjs';

function figures(name, bytes, nanoseconds) {
  return {
    name,
    nanoseconds: { p5: 0.9 * nanoseconds, median: nanoseconds, p95: 1.2 * nanoseconds },
    meanNanoseconds: nanoseconds,
    mainNanoseconds: nanoseconds / 2,
    allNanoseconds: nanoseconds,
    gigabytesPerSecond: bytes === 0 ? null : bytes / nanoseconds,
    cpuSecondsPerGiB: bytes === 0 ? { main: null, all: null } : { main: 0.1, all: 0.2 },
    latencyNanoseconds: { p50: nanoseconds, p99: 2 * nanoseconds },
    heapBytes: 100,
    loopDelayMilliseconds: bytes < 2 ** 20 ? null : { p50: 0.1, p99: 1.5, max: 2 },
  };
}

const costFigures = ({ cost }, time) =>
  cost ? { costNanoseconds: { latency: time, held: time / 2, cost: 1.5 * time } } : {};

function made(row, at) {
  const { bytes } = row;
  if (at % 10 === 9) {
    const sides = { ours: { name: row.ours }, peer: { name: row.peer } };
    return { ...row, ...sides, skipped: 'not <here> & not there | nowhere' };
  }
  const time = 100 + bytes / 10;
  const ratio = 0.25 * 2 ** (at % 5);
  return {
    ...row,
    ratio: { p5: 0.9 * ratio, median: ratio, p95: 1.3 * ratio },
    rounds: 61,
    peakBytes: 1e8,
    ...(row.cost ? { costRatio: { p5: 0.9, median: ratio, p95: 1.3 * ratio } } : {}),
    ours: { ...figures(row.ours, bytes, time * ratio), ...costFigures(row, time * ratio) },
    peer: { ...figures(row.peer, bytes, time), ...costFigures(row, time) },
  };
}

const costs = [
  { way: 'a way', gathering: 400, operation: 100 },
  { way: 'another', gathering: 1400, operation: 600 },
];

const restsMade = rests.map(({ id, of, bound }, at) => {
  const found = at === 1 ? { skipped: 'why' } : { main: at === 0 ? null : 0.001, all: 0.002 };
  return { id, of, bound, ...found };
});

export const results = {
  schema: 1,
  started: '2026-01-01T00:00:00.000Z',
  seconds: 1000,
  arguments: ['--json', 'run.json'],
  machine: {
    cpu: 'a CPU',
    cores: 2,
    memoryBytes: 2 ** 34,
    system: 'a system',
    architecture: 'x64',
    node: 'v20.0.0',
    datamover: '0.0.0',
    kernels: { crc32c: 'portable' },
    loadAverage: 0.5,
    peers: { 'a peer': '1.0.0', another: null },
  },
  cases: selectCases({ quick: false, only: [] }).map(made),
  rests: restsMade,
  scale: {
    ...simulateAll(costs),
    crossCheck: {
      slower: 10000,
      rows: [{ bytes: 4096, depth: 2, simulated: 5e6, deviceModel: 5.5e6 }],
    },
  },
};
