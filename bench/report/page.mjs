// What was found, as one HTML page that needs nothing from anywhere.
import { readFileSync } from 'node:fs';
import { machineRows } from '../machine-text.mjs';
import { questions } from '../questions.mjs';
import { cells, columns } from '../table.mjs';
import { loopDelayChart, mainThreadChart, ratioChart, throughputChart } from './charts.mjs';

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
  ['How late a timer of 1 ms comes, by size', loopDelayChart],
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

function section({ name, about }, all) {
  const cases = all.filter(({ question }) => question === name);
  if (cases.length === 0) return '';
  const measured = cases.filter(({ ratio }) => ratio !== undefined);
  const figures =
    measured.length === 0 ? [] : charts.map(([caption, draw]) => figure(caption, draw(measured)));
  return `<section>
<h2>${escape(about)}</h2>
${figures.join('\n')}
<div class="wide"><table>
<thead>${row('th', columns)}</thead>
<tbody>${cases.map(caseRow).join('\n')}</tbody>
</table></div>
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
</body>
</html>
`;
}
