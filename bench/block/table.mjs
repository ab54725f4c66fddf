// What was found, as text.
import { digits, ratioText, time } from '../table.mjs';
import { PEER } from './subjects.mjs';

const thousands = (rate) => `${digits(rate / 1000)}`;
const seconds = (value) => (Number.isFinite(value) ? digits(value) : '-');

/** Of one side of a row: the subject's, or the peer's. */
const figuresOf = ({ rate, latencyNanoseconds, cpuSecondsPerGiB, lateP99 }) => [
  thousands(rate.p95),
  `${time(latencyNanoseconds.p50)}, ${time(latencyNanoseconds.p99)}`,
  seconds(cpuSecondsPerGiB.main),
  seconds(cpuSecondsPerGiB.all),
  `${digits(lateP99)} ms`,
];

export const columns = [
  'depth',
  'who',
  '1000 requests/s (p95)',
  'rate, in units of fs.promises (p5 to p95)',
  'latency p50, p99',
  'CPU s/GiB of the main thread',
  'of all threads',
  'event loop late, p99',
];

export function cells({ depth, subject, ratio, ours }) {
  const [rate, ...rest] = figuresOf(ours);
  return [String(depth), subject, rate, ratioText(ratio), ...rest];
}

/** What the peer did, of rows of one depth: where it was disturbed least, since it is measured in each. */
export const peerOf = (rows) =>
  rows.map(({ peer }) => peer).reduce((best, one) => (one.rate.p95 > best.rate.p95 ? one : best));

/** @param rows - of one depth */
export function peerCells(rows) {
  const [rate, ...rest] = figuresOf(peerOf(rows));
  return [String(rows[0].depth), PEER, rate, '1', ...rest];
}

const widths = [6, 26, 12, 26, 22, 10, 10, 10];
const pad = (texts) => texts.map((text, at) => text.padEnd(widths[at])).join(' ');

export const head = () =>
  pad(['depth', 'who', '1000/s', 'ratio', 'latency', 'main', 'all', 'late']);
export const line = (row) => `${row.place} ${row.direction} `.padEnd(12) + pad(cells(row));
