import { writeSync } from 'node:fs';
import { cell } from './cell';
import { engines } from './engines';
import { hazards } from './hazards';
import { operations } from './operations';
import { endWorker, manners } from './worker-ending';

/** Written before it begins: a crash leaves the name of its cell behind. */
const announce = (cell: string): void => void writeSync(1, `${cell}\n`);

/** Every hazard to every operation on the engines that the arguments name; prints what was wrong. */
async function main(): Promise<void> {
  const wrong: string[] = [];
  let bereft = 0;
  const note = (name: string, found: readonly string[]): void => {
    wrong.push(...found.map((what) => `${name}: ${what}`));
  };
  for (const { name, open, hold } of engines) {
    if (!process.argv.includes(name)) continue;
    const mover = await open();
    for (const hazard of hazards) {
      for (const operation of operations) {
        if (operation.isOf?.(mover) === false) continue;
        const announced = `${name}: ${hazard.name}: ${operation.name}`;
        announce(announced);
        const outcome = await cell(mover, operation, hazard, hold);
        note(announced, outcome.wrong);
        bereft += outcome.bereft;
      }
    }
    for (const manner of manners) {
      const announced = `${name}: a worker ends: ${manner}`;
      announce(announced);
      note(announced, await endWorker(name, manner));
    }
    announce(`${name}: the end`);
    if (mover.stats().inFlight > 0) note(name, ['something is in flight for ever']);
    await mover.close();
  }
  announce(JSON.stringify({ wrong, bereft }));
}

void main();
