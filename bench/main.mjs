// npm run bench: measures cases, each in a process of its own, and shows what came out.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parse } from './arguments.mjs';
import { isWanted, selectCases } from './cases.mjs';
import { checked, violations } from './check.mjs';
import { describeMachine } from './machine.mjs';
import { prepare } from './prepare.mjs';
import { questions } from './questions.mjs';
import { measureRest, restLine, rests } from './rests/rests.mjs';
import { runCase } from './run-case.mjs';
import { measureScale, SCALE } from './scale/scale.mjs';
import { scaleText } from './scale/tables.mjs';
import { caseLine, headLine } from './table.mjs';

const usage = `npm run bench -- [options]
  --quick          a part of the cases, and shorter: about two minutes; nothing is simulated
  --only PART      cases whose name contains it; can be given again
  --list           the names of the cases
  --json FILE      what was found, as bench/results.schema.json describes it
  --report FILE    the same as a page with charts
  --check          exit code 1 when a case fails, or a ratio is above its bound in bench/bounds.json
  --rebuild        installs the peers, and builds the bench's addon, again`;

const options = {
  quick: { type: 'boolean', default: false },
  only: { type: 'string', multiple: true, default: [] },
  list: { type: 'boolean', default: false },
  json: { type: 'string' },
  report: { type: 'string' },
  check: { type: 'boolean', default: false },
  rebuild: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

async function measureCases(cases) {
  console.log(`ratios below 1: ours takes less time\n\n${headLine()}`);
  const found = [];
  let question;
  for (const row of cases) {
    if (row.question !== question) {
      question = row.question;
      console.log(`\n${questions.find(({ name }) => name === question).about}`);
    }
    const { ours, peer, ...rest } = await runCase(row);
    const sides = { ours: { name: row.ours, ...ours }, peer: { name: row.peer, ...peer } };
    found.push({ ...row, ...rest, ...sides });
    console.log(caseLine(found.at(-1)));
  }
  return found;
}

async function measureRests(wanted, pace) {
  console.log('\nWhat waiting costs where there is nothing to do, in units of one CPU');
  const found = [];
  for (const row of wanted) {
    found.push(await measureRest(row, pace));
    console.log(restLine(found.at(-1)));
  }
  return found;
}

async function simulateScale(pace) {
  console.log('\nHow it scales, simulated');
  const scale = await measureScale(pace);
  console.log(scaleText(scale));
  return scale;
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`written: ${file}`);
}

const { quick, only, list, json, report, check, rebuild, help } = parse(options, usage);
const pace = quick ? 'quick' : 'full';
const cases = selectCases({ quick, only });
const wantedRests = rests.filter(({ id }) => isWanted(id, only));
const withScale = !quick && isWanted(SCALE, only);
const names = [...cases, ...wantedRests].map(({ id }) => id).concat(withScale ? SCALE : []);
if (help || names.length === 0) {
  console.log(help ? usage : `no case has ${only.join(' or ')} in its name: see --list`);
  process.exit(help ? 0 : 2);
}
if (list) {
  // What is still on its way when a process exits is lost.
  await new Promise((written) => process.stdout.write(`${names.join('\n')}\n`, written));
  process.exit();
}
prepare(cases, rebuild);
const machine = describeMachine();
console.log(`${machine.cpu}, ${machine.cores} cores, load ${machine.loadAverage.toFixed(2)}`);
const started = new Date();
const found = cases.length > 0 ? await measureCases(cases) : [];
const rested = wantedRests.length > 0 ? await measureRests(wantedRests, pace) : [];
const scale = withScale ? await simulateScale(pace) : undefined;
const results = {
  schema: 1,
  started: started.toISOString(),
  seconds: Math.round((Date.now() - started.getTime()) / 1000),
  arguments: process.argv.slice(2),
  machine,
  cases: found,
  rests: rested,
  scale,
};
console.log();
if (json !== undefined) write(json, `${JSON.stringify(results, null, 2)}\n`);
if (report !== undefined) {
  const { page } = await import('./report/page.mjs');
  write(report, page(results));
}
const broken = violations(results);
if (check) {
  for (const line of broken) console.error(line);
  console.log(`${checked(results)} figures compared with their bounds, ${broken.length} broken`);
}
const failed = found.filter((one) => one.failed !== undefined);
process.exitCode = failed.length > 0 || (check && broken.length > 0) ? 1 : 0;
