// node bench/write-docs.mjs FILE: puts what a run wrote with --json into docs/performance.md, between
// markers, for figures that are to be kept: those of one run, all of them. What the run left out stays.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { sizeText } from './cases.mjs';
import { costsBySize } from './cost.mjs';
import { machineRows } from './machine-text.mjs';
import { questions } from './questions.mjs';
import { restCells, restColumns } from './rests/rests.mjs';
import { conclusions, scaleTables } from './scale/tables.mjs';
import { cells, choiceCells, choiceColumns, columns, waitCells, waitColumns } from './table.mjs';

const costQuestions = questions.filter(({ cost }) => cost === true);

const document = fileURLToPath(new URL('../docs/performance.md', import.meta.url));

const row = (texts) => `| ${texts.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;

function table(head, rows) {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

function section({ name, about }, all) {
  const cases = all.filter(({ question }) => question === name);
  const measured = cases.filter(({ ratio }) => ratio !== undefined).map(cells);
  const absent = cases.filter(({ ratio }) => ratio === undefined).map(cells);
  if (cases.length === 0) return [];
  return [
    `### ${about}`,
    ...(measured.length === 0 ? [] : [table(columns, measured)]),
    ...absent.map(([id, why]) => `- ${id}: ${why}`),
  ];
}

const figures = (results) => [
  table(['machine and run', ''], machineRows(results)),
  ...questions.flatMap((question) => section(question, results.cases)),
];

const measuredOn = ({ machine, started }) =>
  `${machine.cpu}, ${machine.cores} cores, Node.js ${machine.node}, ${started.slice(0, 10)}.`;

function waiting(results) {
  const waits = questions.find(({ waits }) => waits === true).name;
  const cases = results.cases.filter(({ question, ratio }) => question === waits && ratio);
  return [
    measuredOn(results),
    table(restColumns, results.rests.map(restCells)),
    ...(cases.length === 0 ? [] : [table(waitColumns, cases.map(waitCells))]),
  ];
}

/** How much more than the cheapest engine the choice may cost. */
const MARGIN = 1.1;

function choice(results) {
  const sections = costQuestions.flatMap(({ name, about }) => {
    const rows = costsBySize(results.cases.filter(({ question }) => question === name));
    if (rows.length === 0) return [];
    const worst = Math.max(...rows.map(({ ratio }) => ratio.median));
    const beyond = rows.filter(({ ratio }) => ratio.median > MARGIN);
    const verdict =
      beyond.length === 0
        ? `At no size does the choice cost more than ${percentMore(MARGIN)} % more than the cheapest engine; at worst it is ${percentMore(worst)} %, as the median of the rounds.`
        : `At ${beyond.map(({ bytes }) => sizeText(bytes)).join(', ')} the choice costs up to ${percentMore(worst)} % more than the cheapest engine, as the median of the rounds.`;
    return [`${about}:`, table(choiceColumns(rows), rows.map(choiceCells)), verdict];
  });
  return [measuredOn(results), ...sections];
}

const percentMore = (ratio) => Math.max(0, Math.round(100 * (ratio - 1)));

const scale = (results) => [
  conclusions(results.scale)
    .map((text) => `- ${text}`)
    .join('\n'),
  `Costs of the thread: ${measuredOn(results)}`,
  ...scaleTables(results.scale).flatMap(({ about, columns: head, rows, note }) => [
    `### ${about}`,
    ...(rows === undefined ? [] : [table(head, rows)]),
    ...(note === undefined ? [] : [note]),
  ]),
];

/** Parts of the document, each between markers of its name, where the results have any. */
const parts = [
  { name: 'figures', write: figures, has: ({ cases }) => cases.length > 0 },
  { name: 'waiting', write: waiting, has: ({ rests }) => rests.length > 0 },
  {
    name: 'choice',
    write: choice,
    has: ({ cases }) => cases.some(({ costRatio }) => costRatio !== undefined),
  },
  { name: 'scale', write: scale, has: (results) => results.scale !== undefined },
];

function replace(text, name, paragraphs) {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${document} has lost its markers of ${name}`);
  const body = paragraphs.join('\n\n');
  return `${text.slice(0, from + begin.length)}\n\n${body}\n\n${text.slice(to)}`;
}

/** The document with what there is in `results` in place of what it had. */
export async function withFigures(text, results) {
  const whole = parts
    .filter(({ has }) => has(results))
    .reduce((so, { name, write }) => replace(so, name, write(results)), text);
  return format(whole, { ...(await resolveConfig(document)), parser: 'markdown' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file] = process.argv.slice(2);
  if (file === undefined) {
    console.error(
      'node bench/write-docs.mjs FILE, where FILE is what npm run bench -- --json wrote',
    );
    process.exit(2);
  }
  const results = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(document, await withFigures(readFileSync(document, 'utf8'), results));
}
