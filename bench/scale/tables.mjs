// What the simulation gave, as tables of texts, for the report and the documentation.
import { sizeText } from '../cases.mjs';
import { digits, time } from '../table.mjs';
import { sweeps } from './sweeps.mjs';

/** With a mark where the thread is the limit. */
const speed = ({ gigabytesPerSecond, threadIsLimit }) =>
  `${digits(gigabytesPerSecond)}${threadIsLimit ? ' T' : ''}`;

function costTable({ costs, submission }) {
  return {
    about: 'Measured here: what the thread pays, on work queues that answer at once',
    columns: ['asked for by', 'a gathering', 'each operation', 'of 32 together, each'],
    rows: costs.map(({ way, gathering, operation }) => {
      return [way, time(gathering), time(operation), time(gathering / 32 + operation)];
    }),
    note: `Handing a descriptor to a shared queue is not in it: ${time(submission)} are added, as published.`,
  };
}

function comparedTable({ compared }) {
  const pair = (row, what) =>
    row.published[what] === null
      ? '-'
      : `${time(row.published[what])} / ${time(row.simulated[what])}`;
  return {
    about: 'Published / simulated: time of a copy on one device',
    columns: ['bytes', 'alone', 'in batches of 32', '32 single ones at once'],
    rows: compared.map((row) => {
      const pairs = ['alone', 'batches', 'together'].map((what) => pair(row, what));
      return [sizeText(row.bytes), ...pairs];
    }),
  };
}

function crossCheckTable({ crossCheck }) {
  const about =
    'Simulation beside the device model, at a pace that this can keep: time of a copy on one device';
  if (crossCheck.skipped !== undefined) return { about, note: `skipped: ${crossCheck.skipped}` };
  const { slower, rows } = crossCheck;
  return {
    about,
    columns: ['bytes', 'under way', 'simulation', 'device model', 'ratio'],
    rows: rows.map(({ bytes, depth, simulated, deviceModel }) => {
      const ratio = digits(deviceModel / simulated);
      return [sizeText(bytes), `${depth}`, time(simulated), time(deviceModel), ratio];
    }),
    note: `Both ${Math.round(slower)} times slower than a device. On a CPU without UMWAIT the end of an operation is noticed late, by up to an eighth of the time that it took.`,
  };
}

function sweepTable({ name, rows }) {
  const { about, axis, steps } = sweeps.find((sweep) => sweep.name === name);
  return {
    about,
    sweep: name,
    columns: ['bytes', `GB/s by ${axis}`, ...steps.map(({ label }) => label)],
    rows: rows.map(({ bytes, way, points }) => [sizeText(bytes), way, ...points.map(speed)]),
    note: 'T: the threads are the limit.',
  };
}

function limitTable({ limits }) {
  return {
    about: 'Size from which the devices are the limit and no longer the one thread',
    columns: ['asked for by', 'in a batch', '1 device', '4 devices', '8 devices'],
    rows: limits.map(({ way, batch, bytes }) => [way, `${batch}`, ...bytes.map(kibibytes)]),
  };
}

const kibibytes = (bytes) => (bytes < 1024 ? `${bytes} B` : `${digits(bytes / 1024)} KiB`);

/** Sentences that hold of these figures. `costs` are those of a channel first. */
export function conclusions({ costs, limits, sweeps: [depth, batch, devices] }) {
  const [{ way: cheapest }] = costs;
  const speedsOf = ({ rows }, size) => {
    const row = rows.find(({ bytes, way }) => bytes === size && way === cheapest);
    return new Map(row.points.map((point) => [point.label, point.gigabytesPerSecond]));
  };
  const enough = (size) => {
    const speeds = [...speedsOf(depth, size)];
    const [[, most]] = speeds.slice(-1);
    const [label] = speeds.find(([, speed]) => speed >= 0.95 * most);
    return `${label} (${sizeText(size)})`;
  };
  const sizes = [...new Set(depth.rows.map(({ bytes }) => bytes))];
  const batched = speedsOf(batch, 4096);
  const gain = batched.get('32') / batched.get('1');
  const from = ({ way }) => {
    const { bytes } = limits.find((limit) => limit.way === way && limit.batch === 32);
    return `${kibibytes(bytes[0])} (${way})`;
  };
  const many = speedsOf(devices, 4096);
  const together = [1, 2, 4, 8].map((threads) => digits(many.get(`8 x ${threads}`)));
  return [
    `Queue depth: handed over one by one, by ${cheapest}, operations gain nothing from more than ${sizes.map(enough).join(', ')} under way.`,
    `Batches: in batches of 32, copies of 4 KiB by ${cheapest} are ${digits(gain)} times as fast as one by one, on one device.`,
    `TypeScript: in batches of 32, one thread keeps one device busy with operations from ${costs.map(from).join(', ')} on. Below that the thread is the limit, with any number of devices.`,
    `Threads: copies of 4 KiB on eight devices, by ${cheapest}, come to ${together.join(', ')} GB/s with 1, 2, 4 and 8 threads.`,
  ];
}

/** `about`; `columns` and `rows`, or a `note` in their place, or behind them; `sweep`: its name. */
export const scaleTables = (scale) => [
  costTable(scale),
  comparedTable(scale),
  crossCheckTable(scale),
  ...scale.sweeps.map(sweepTable),
  limitTable(scale),
];

/** The same for the terminal. */
export function scaleText(scale) {
  const tables = scaleTables(scale).map(({ about, columns = [], rows = [], note = '' }) => {
    const all = [columns, ...rows];
    const widths = columns.map((_, at) => Math.max(...all.map((row) => row[at].length)));
    const lines = all.map((row) => row.map((text, at) => text.padEnd(widths[at])).join('  '));
    return [about, ...lines.map((line) => line.trimEnd()), note].filter(Boolean).join('\n');
  });
  return [...tables, ...conclusions(scale)].join('\n\n');
}
