import { plainCrcName } from './crc.mjs';
import { formatBytes, formatNumber } from './format.mjs';

const NAME = 11;
const BYTES = 10;
const NUMBER = 8;
const SIDE = 4 * NUMBER;
const GAP = '  ';

const right = (text, width) => String(text).padStart(width);
const numbers = (...values) => values.map((value) => right(value, NUMBER)).join('');

const sideRow = ({ gigabytesPerSecond, delay: { p50, p99, max } }) =>
  numbers(...[gigabytesPerSecond, p50, p99, max].map(formatNumber));

/** The head over the four columns of a side. */
const banner = (text) => {
  const line = '-'.repeat(SIDE - text.length - 5);
  return ` -- ${text} ${line}`;
};

/** Both sides of every operation, in less than 100 columns. */
export function resultTable(results, idle) {
  const indent = ' '.repeat(NAME + BYTES);
  const sideHead = numbers('GB/s', 'p50 ms', 'p99 ms', 'max ms');
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
    ['operation'.padEnd(NAME) + right('bytes', BYTES), sideHead, sideHead, 'verified'].join(GAP),
    ...rows,
    '',
    'bytes: processed by each side. p50, p99, max: by how much the event loop was late for a timer',
    `that asks to be called every millisecond. With no work at all: ${idleDelays} ms.`,
    `Node has no plain crc32c: ${plainCrcName} stands in. dualcast: two copies by Buffer.copy.`,
  ].join('\n');
}
