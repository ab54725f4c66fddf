// The charts of the documentation, as pictures of their own: light or dark as the reader's page is.
import { readFileSync } from 'node:fs';
import { lines } from '../report/charts.mjs';
import { digits } from '../table.mjs';
import { DEPTHS } from './load.mjs';
import { PEER } from './subjects.mjs';
import { peerOf } from './table.mjs';

const sheet = readFileSync(new URL('../report/style.css', import.meta.url), 'utf8');
/** Its colours alone: what stands before the first rule about an element. */
const colours = sheet.slice(0, sheet.indexOf('\nbody'));
const own = `${colours}\nsvg { color: var(--ink); background: var(--page); font-family: sans-serif; }`;

const withColours = (svg) => svg.replace(/<svg[^>]*>/, (tag) => `${tag}<style>${own}</style>`);

function chart(rows, y, read) {
  const names = [...new Set(rows.map(({ subject }) => subject))];
  const series = names.map((name) => {
    const at = (depth) => rows.find((row) => row.subject === name && row.depth === depth);
    return { name, data: DEPTHS.map((depth) => read(at(depth).ours)) };
  });
  const peers = DEPTHS.map((depth) => read(peerOf(rows.filter((row) => row.depth === depth))));
  return withColours(
    lines({
      x: { name: 'requests at once', type: 'category', data: DEPTHS.map(String) },
      y: { type: 'log', ...y },
      series: [...series, { name: PEER, data: peers, dashed: true }],
    }),
  );
}

/** @param rows - of one place and direction */
export const rateChart = (rows) =>
  chart(rows, { name: 'requests/s', formatter: (rate) => `${rate / 1000}k` }, ({ rate }) => {
    return rate.p95;
  });

export const costChart = (rows) =>
  chart(rows, { name: 'CPU s/GiB of the main thread', formatter: digits }, (side) => {
    return side.cpuSecondsPerGiB.main || null;
  });
