// Figures as text, for the terminal, the report and the documentation.
import { sizeText } from './cases.mjs';

/** Three digits. */
export function digits(value) {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 || size === 0 ? 2 : 3);
}

export function time(nanoseconds) {
  if (nanoseconds < 1e3) return `${digits(nanoseconds)} ns`;
  if (nanoseconds < 1e6) return `${digits(nanoseconds / 1e3)} µs`;
  return `${digits(nanoseconds / 1e6)} ms`;
}

export const ratioText = ({ median, p5, p95 }) =>
  `${digits(median)} (${digits(p5)} to ${digits(p95)})`;

const orDash = (write, value) => (value === null ? '-' : write(value));

/** Of both subjects, "ours / peer"; a dash where neither has it. */
const both =
  (write, read) =>
  ({ ours, peer }) => {
    const values = [read(ours), read(peer)];
    if (values.every((value) => value === null)) return '-';
    return values.map((value) => orDash(write, value)).join(' / ');
  };

/** How much of the time the main thread was busy; null: the system does not tell. */
export const mainShare = ({ mainNanoseconds, meanNanoseconds }) =>
  mainNanoseconds === null ? null : mainNanoseconds / meanNanoseconds;

const percent = (share) => `${digits(100 * share)} %`;
const milliseconds = (value) => `${digits(value)} ms`;
const latencies = ({ p50, p99 }) => `${time(p50)}, ${time(p99)}`;

/** What is told of a case that was measured. Those with a width are shown in the terminal. */
const figures = [
  { name: 'ours', width: 9, text: ({ ours }) => time(ours.nanoseconds.median) },
  { name: 'peer', width: 9, text: ({ peer }) => time(peer.nanoseconds.median) },
  { name: 'ratio (p5 to p95)', width: 24, text: ({ ratio }) => ratioText(ratio) },
  {
    name: 'cost ratio',
    text: ({ costRatio }) => (costRatio === undefined ? '-' : ratioText(costRatio)),
  },
  { name: 'main thread', width: 19, text: both(time, (side) => side.mainNanoseconds) },
  { name: 'main thread busy', text: both(percent, mainShare) },
  { name: 'GB/s', width: 13, text: both(digits, (side) => side.gigabytesPerSecond) },
  {
    name: 'loop delay p99',
    width: 19,
    text: both(milliseconds, (side) => side.loopDelayMilliseconds?.p99 ?? null),
  },
  { name: 'latency p50, p99', text: both(latencies, (side) => side.latencyNanoseconds) },
  { name: 'CPU s/GiB, main', text: both(digits, (side) => side.cpuSecondsPerGiB.main) },
  { name: 'CPU s/GiB, all', text: both(digits, (side) => side.cpuSecondsPerGiB.all) },
  {
    name: 'heap bytes',
    text: both(
      (value) => value.toFixed(0),
      (side) => side.heapBytes,
    ),
  },
  { name: 'peak MiB', text: ({ peakBytes }) => (peakBytes / 2 ** 20).toFixed(0) },
];
const inTerminal = figures.filter(({ width }) => width !== undefined);
const CASE_WIDTH = 64;

export const columns = ['case', ...figures.map(({ name }) => name)];

/** Why there are no figures of a case; undefined: there are. */
function reason({ skipped, failed }) {
  if (skipped !== undefined) return `skipped: ${skipped}`;
  return failed === undefined ? undefined : `FAILED: ${failed}`;
}

function cellsOf(found, shown) {
  const why = reason(found);
  return [found.id, ...(why === undefined ? shown.map(({ text }) => text(found)) : [why])];
}

/** The cells of a case, as `columns` has them; of one without figures its name, and why. */
export const cells = (found) => cellsOf(found, figures);

function line([name, ...rest]) {
  const padded = rest.map((text, at) => text.padEnd(inTerminal[at].width));
  return [name.padEnd(CASE_WIDTH), ...padded].join('  ').trimEnd();
}

export const headLine = () => line(['case', ...inTerminal.map(({ name }) => name)]);
export const caseLine = (found) => line(cellsOf(found, inTerminal));

export const waitColumns = ['way', 'latency p50, p99', 'main thread busy', 'all threads'];

/** What waiting in that way costs. */
export function waitCells({ id, question, ours }) {
  const name = id.slice(question.length + 1).replace(/ \/ .*/, '');
  const all = percent(ours.allNanoseconds / ours.meanNanoseconds);
  const main = orDash(percent, mainShare(ours));
  return [name, latencies(ours.latencyNanoseconds), main, all];
}

/** What the choice of an engine costs by size, beside each engine alone: see `costsBySize`. */
export const choiceColumns = (rows) => [
  'size',
  ...rows[0].alone.map(({ name }) => name.replace(/ eager$/, '')),
  'automatic',
  'in units of the cheapest (p5 to p95)',
];

export function choiceCells({ bytes, alone, choice, ratio }) {
  const cost = ({ cost, held }) => `${time(cost)} (${time(held)} held)`;
  return [sizeText(bytes), ...alone.map(cost), cost(choice), ratioText(ratio)];
}
