// npm run bench:block: random blocks of 4 KiB, written and read at several queue depths, by the block
// device and by those whom it has to be compared with.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from '../arguments.mjs';
import { describeMachine } from '../machine.mjs';
import { measure, measuredIn } from './measure.mjs';
import { isThere, places } from './places.mjs';
import { head, line } from './table.mjs';
import { writeDocs } from './write-docs.mjs';

const usage = `npm run bench:block -- [options]
  --quick       shorter; says less
  --only PART   subjects whose name contains it
  --json FILE   what was found
  --docs        puts it into docs/persistent-memory.md, and the charts beside it
  --from FILE   what --json wrote, instead of measuring`;

const options = {
  quick: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  json: { type: 'string' },
  docs: { type: 'boolean', default: false },
  from: { type: 'string' },
  help: { type: 'boolean', default: false },
};

async function measureAll({ quick, only }) {
  const started = new Date();
  const machine = describeMachine();
  const rows = [];
  console.log(head());
  for (const place of places) {
    mkdirSync(place.root, { recursive: true });
    if (!isThere(place)) {
      console.log(`skipped: ${place.root} cannot be written to`);
      continue;
    }
    for (const name of measuredIn(place).filter((subject) => subject.includes(only))) {
      const found = await measure(name, place, quick ? 'quick' : 'full');
      for (const row of found) console.log(line(row));
      rows.push(...found);
    }
  }
  const seconds = Math.round((Date.now() - started.getTime()) / 1000);
  const command = `npm run bench:block -- --docs${quick ? ' --quick' : ''}`;
  return { started: started.toISOString(), seconds, command, machine, rows };
}

const given = parse(options, usage);
if (given.help) {
  console.log(usage);
} else {
  const { from, json, docs } = given;
  const results =
    from === undefined ? await measureAll(given) : JSON.parse(readFileSync(from, 'utf8'));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`);
  if (docs) await writeDocs(results);
}
