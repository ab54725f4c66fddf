// Puts what a run found into docs/persistent-memory.md, between markers, and its charts beside it.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { digits } from '../table.mjs';
import { costChart, rateChart } from './chart.mjs';
import { places } from './places.mjs';
import { cells, columns, peerCells } from './table.mjs';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const document = `${docs}persistent-memory.md`;
const [BEGIN, END] = ['<!-- block: begin -->', '<!-- block: end -->'];

const row = (texts) => `| ${texts.join(' | ')} |`;

function table(rows) {
  const body = [];
  for (const depth of new Set(rows.map((one) => one.depth))) {
    const own = rows.filter((one) => one.depth === depth);
    body.push(peerCells(own), ...own.map(cells));
  }
  return [row(columns), row(columns.map(() => '---')), ...body.map(row)].join('\n');
}

function section({ name, about }, direction, all) {
  const rows = all.filter((one) => one.place === name && one.direction === direction);
  if (rows.length === 0) return [];
  const what = direction === 'write' ? 'Writes' : 'Reads';
  return [`### ${what} ${about}`, table(rows)];
}

function picture(name, alt, svg) {
  writeFileSync(`${docs}${name}`, `${svg}\n`);
  return `![${alt}](${name})`;
}

function charts(rows) {
  const writes = rows.filter(({ place, direction }) => place === 'tmpfs' && direction === 'write');
  if (writes.length === 0) return [];
  const rate = 'Random writes of 4 KiB on tmpfs in a second, by requests at once';
  const cost = 'CPU seconds of the main thread for a GiB of them';
  return [
    `${rate}:`,
    picture('block-rate.svg', rate, rateChart(writes)),
    `${cost}:`,
    picture('block-cost.svg', cost, costChart(writes)),
  ];
}

export async function writeDocs({ started, command, machine, rows }) {
  const { cpu, cores, system, node, loadAverage } = machine;
  const idle = Math.max(...rows.map(({ idleLateP99 }) => idleLateP99));
  const paragraphs = [
    `${cpu}, ${cores} cores, ${system}, Node.js ${node}, ${started.slice(0, 10)}, load average at the start ${loadAverage.toFixed(1)}; \`${command}\`. The event loop of a process that did nothing was late by up to ${digits(idle)} ms (p99) meanwhile.`,
    ...charts(rows),
    ...places.flatMap((place) =>
      ['write', 'read'].flatMap((direction) => section(place, direction, rows)),
    ),
  ];
  const text = readFileSync(document, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${document} has lost its markers of block`);
  const body = `${text.slice(0, from + BEGIN.length)}\n\n${paragraphs.join('\n\n')}\n\n${text.slice(to)}`;
  writeFileSync(
    document,
    await format(body, { ...(await resolveConfig(document)), parser: 'markdown' }),
  );
}
