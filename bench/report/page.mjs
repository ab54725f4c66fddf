// What was found, as one HTML page that needs nothing from anywhere.
import { readFileSync } from 'node:fs';
import { machineRows } from '../machine-text.mjs';
import { questions } from '../questions.mjs';
import { restCells, restColumns } from '../rests/rests.mjs';
import { conclusions, scaleTables } from '../scale/tables.mjs';
import { cells, columns } from '../table.mjs';
import {
  costChart,
  loopDelayChart,
  mainThreadChart,
  ratioChart,
  throughputChart,
  waitChart,
} from './charts.mjs';
import { sweepChart } from './scale-chart.mjs';

const style = readFileSync(new URL('./style.css', import.meta.url), 'utf8');

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (value) => String(value).replace(/[&<>"]/g, (character) => entities[character]);

const charts = [
  [
    'Time of ours in units of the peer’s: median, 5th and 95th percentile of the rounds',
    ratioChart,
  ],
  ['Throughput by size', throughputChart],
  ['CPU time of the main thread for an operation, by size', mainThreadChart],
  ['Time until the result is there and time for which the event loop is held, by size', costChart],
  ['How late a timer of 1 ms comes, by size', loopDelayChart],
  ['Latency and CPU time of the main thread, each way from the smallest size on', waitChart],
];

function figure(caption, svg) {
  if (svg === undefined) return '';
  return `<figure><figcaption>${escape(caption)}</figcaption>${svg}</figure>`;
}

function row(tag, texts) {
  return `<tr>${texts.map((text) => `<${tag}>${escape(text)}</${tag}>`).join('')}</tr>`;
}

function caseRow(found) {
  const texts = cells(found);
  if (found.ratio !== undefined) return row('td', texts);
  const [name, why] = texts.map(escape);
  return `<tr class="absent"><td>${name}</td><td colspan="${columns.length - 1}">${why}</td></tr>`;
}

function table(head, rows) {
  return `<div class="wide"><table>
<thead>${row('th', head)}</thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>`;
}

function section(question, all) {
  const { name, about } = question;
  const cases = all.filter((one) => one.question === name);
  if (cases.length === 0) return '';
  const measured = cases.filter(({ ratio }) => ratio !== undefined);
  const figures =
    measured.length === 0
      ? []
      : charts.map(([caption, draw]) => figure(caption, draw(measured, question)));
  return `<section class="question">
<h2>${escape(about)}</h2>
${figures.join('\n')}
${table(columns, cases.map(caseRow))}
</section>`;
}

function restSection(rests) {
  if (rests.length === 0) return '';
  const rows = rests.map((found) => row('td', restCells(found)));
  return `<section class="rests">
<h2>What waiting costs where there is nothing to do, in units of one CPU</h2>
${table(restColumns, rows)}
</section>`;
}

function scaleSection(scale) {
  if (scale === undefined) return '';
  const said = conclusions(scale).map((text) => `<p>${escape(text)}</p>`);
  const tables = scaleTables(scale).map(({ about, sweep, columns: head, rows, note }) => {
    const texts = (rows ?? []).map((cells) => row('td', cells));
    const svg = scale.sweeps.filter(({ name }) => name === sweep).map(sweepChart)[0];
    return `<h3>${escape(about)}</h3>
${figure('', svg)}
${rows === undefined ? '' : table(head, texts)}
<p>${escape(note ?? '')}</p>`;
  });
  return `<section class="scale">
<h2>How it scales: a simulation, nothing of it was measured on a device</h2>
${[...said, ...tables].join('\n')}
</section>`;
}

/** @param results - as `results.schema.json` describes them */
export function page(results) {
  const machine = machineRows(results).map((texts) => row('td', texts));
  const sections = questions.map((question) => section(question, results.cases));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>datamover: benchmarks</title>
<style>
${style}</style>
</head>
<body>
<h1>datamover: benchmarks</h1>
<p>Ours and a peer by turns in one process. A ratio below 1 says that ours takes less time. Ratios of
one run count; absolute times are those of this machine at that time.</p>
<table class="machine"><tbody>${machine.join('\n')}</tbody></table>
${sections.join('\n')}
${restSection(results.rests)}
${scaleSection(results.scale)}
</body>
</html>
`;
}
