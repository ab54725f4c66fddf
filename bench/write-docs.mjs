// node bench/write-docs.mjs FILE: puts what a run wrote with --json into docs/performance.md, between the
// markers, for figures that are to be kept: those of one run, all of them.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { machineRows } from './machine-text.mjs';
import { questions } from './questions.mjs';
import { cells, columns } from './table.mjs';

const document = fileURLToPath(new URL('../docs/performance.md', import.meta.url));
const begin = '<!-- figures: begin -->';
const end = '<!-- figures: end -->';

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

/** The document with the figures of `results` in place of those that it had. */
export async function withFigures(text, results) {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${document} has lost its markers`);
  const figures = [
    table(['machine and run', ''], machineRows(results)),
    ...questions.flatMap((question) => section(question, results.cases)),
  ].join('\n\n');
  const whole = `${text.slice(0, from + begin.length)}\n\n${figures}\n\n${text.slice(to)}`;
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
