import { plainCrcName } from './crc.mjs';
import { formatBytes, formatNumber } from './format.mjs';

const NAME = 11;
const BYTES = 9;
const NUMBER = 6;
const SIDE = 4 * NUMBER;
const GAP = '  ';

const right = (text, width) => String(text).padStart(width);
const numbers = (...values) => values.map((value) => right(value, NUMBER)).join('');

const sideRow = ({ gigabytesPerSecond, delay: { p50, p99, max } }) =>
  numbers(...[gigabytesPerSecond, p50, p99, max].map(formatNumber));

/** The head over the four columns of a side. */
const banner = (text) => {
  const line = '-'.repeat(SIDE - text.length - 3);
  return `  ${text} ${line}`;
};

/** Both sides of every operation, in less than 80 columns. */
export function resultTable(results, idle) {
  const indent = ' '.repeat(NAME + BYTES);
  const sideHead = numbers('GB/s', 'p50', 'p99', 'max');
  const rows = results.map(({ name, plain, datamover }) => {
    const verified = plain.problems.length + datamover.problems.length === 0 ? 'yes' : 'NO';
    return [
      name.padEnd(NAME) + right(formatBytes(datamover.bytes), BYTES),
      sideRow(plain),
      sideRow(datamover),
      verified,
    ].join(GAP);
  });
  const idleDelays = [idle.p50, idle.p99, idle.max].map(formatNumber).join(', ');
  return [
    [indent, banner('plain Buffer calls'), banner('datamover')].join(GAP),
    ['operation'.padEnd(NAME) + right('bytes', BYTES), sideHead, sideHead, 'ok'].join(GAP),
    ...rows,
    '',
    'bytes: processed by each side; ok: results verified. p50, p99, max: by how many',
    'milliseconds the event loop was late for a timer that asks to be called every',
    `millisecond. With no work at all: ${idleDelays}.`,
    `Node has no plain crc32c: ${plainCrcName} stands in. dualcast: two Buffer.copy.`,
  ].join('\n');
}
