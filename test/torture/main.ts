import { parseArgs } from 'node:util';
import { campaign, report } from './campaign';
import { enginesHere } from './engines';
import { Model } from './model';
import { Tally } from './tally';

/** The campaign, in the process that scripts/torture.mjs starts for it, which has read the arguments. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string', default: '1' },
      rounds: { type: 'string' },
      round: { type: 'string' },
      engine: { type: 'string', multiple: true },
    },
  });
  const seed = Number(values.seed);
  const round = values.round === undefined ? undefined : Number(values.round);
  const root = process.env['DATAMOVER_DEVICE_MODEL'];
  const model = root === undefined ? undefined : await Model.start(root, seed);
  const here = enginesHere(model !== undefined);
  const engines = here.filter(({ name }) => values.engine?.includes(name) ?? true);
  if (engines.length === 0) {
    throw new Error(`no such engine here; there are ${here.map(({ name }) => name).join(', ')}`);
  }
  const tally = new Tally();
  process.on('warning', ({ code }: Error & { code?: string }) => {
    if (code?.startsWith('DATAMOVER_')) tally.add('device', code);
  });
  await campaign({
    seed,
    engines,
    model,
    tally,
    ms: Number(values.minutes) * 60_000,
    rounds: Number(values.rounds ?? (round === undefined ? Infinity : 1)),
    round,
    onRound: (number) => process.send?.({ round: number }),
  });
  if (model !== undefined) {
    const { overflows, unreported, ...counts } = await model.stop();
    for (const [name, count] of Object.entries(counts)) tally.add('device', name, count);
    if (overflows + unreported > 0) {
      const what = `the device counted ${overflows} overflows, ${unreported} unreported errors`;
      tally.find({ evil: 'wrong', what });
    }
  }
  for (const { round, evil, what } of tally.findings.slice(0, 20)) {
    console.log(`${evil} in round ${round}: ${what}`);
  }
  console.log(report(tally));
  const first = tally.findings.at(0);
  if (first !== undefined) process.send?.({ round: first.round });
  process.exitCode = tally.findings.length > 0 ? 1 : 0;
  if (process.connected) process.disconnect();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
