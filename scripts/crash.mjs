// Proves that block devices over persistent memory survive crashes (docs/persistent-memory.md).
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { root, run } from './run.mjs';

const usage = `Usage: npm run crash -- [options]

  --states N  images as failures of power could leave them (default 100000; 0: none)
  --kills N   kills of a process that writes (default 100)
  --seed S    an integer; default: a random one, which is printed

States: random requests are recorded as stores, flushes and fences, cut off at any moment, with any part
of what was not durable; each image is opened, recovered, and compared with what was asked for. Kills: a
process is killed by SIGKILL, and the next one opens the image, compares it with a record, and goes on.

A violation: exit code 1.`;

const { values } = parseArgs({
  options: {
    states: { type: 'string', default: '100000' },
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(1 + (Date.now() % 2 ** 31)) },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}
for (const name of ['states', 'kills', 'seed']) {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 0) continue;
  console.error(`--${name} must be an integer from 0 on; got '${values[name]}'. See --help`);
  process.exit(1);
}
const [states, kills, seed] = [values.states, values.kills, values.seed].map(Number);
console.log(`crash: seed ${seed}`);

if (states > 0) {
  const env = {
    ...process.env,
    DATAMOVER_STATES: String(states),
    DATAMOVER_SEED: String(seed % 2 ** 32),
  };
  const script = join(root, 'scripts/native-tests.mjs');
  run(process.execPath, [script, 'btt: power failures at any moment'], { env });
}
if (kills > 0) await killAgainAndAgain();

async function killAgainAndAgain() {
  const { BttDevice, pmem } = createRequire(import.meta.url)('../dist/index.js');
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'datamover-'));
  const [image, record] = ['image', 'record'].map((name) => join(directory, name));
  let chance = seed % 2 ** 32 || 1;
  const below = (bound) => {
    chance = (Math.imul(chance, 1664525) + 1013904223) >>> 0;
    return Math.floor((chance / 2 ** 32) * bound);
  };
  const begun = Date.now();
  try {
    await (await pmem.map(record, { length: 4096, create: true })).close();
    let done = 0;
    while (done < kills) {
      // A device of another kind, and few free blocks, so that they are used again and again.
      rmSync(image, { force: true });
      const map = await pmem.map(image, { length: 2 ** 24, create: true });
      const blockSize = [512, 520, 4096, 4104][below(4)];
      const device = await BttDevice.format(map, { blockSize, freeBlocks: 4 + below(12) });
      await device.close();
      await map.close();
      const notes = await pmem.map(record);
      notes.bytes.fill(0);
      await notes.close();
      for (let turn = 0; turn < 100 && done < kills; turn++, done++) {
        await killOne([image, record, String(below(1000))], below(30));
      }
    }
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  if (process.exitCode) return;
  console.log(`${kills} kills, 0 violations, ${((Date.now() - begun) / 1000).toFixed(1)} s`);
}

/** Lets a process open the image and write, and kills it so many milliseconds after that began. */
function killOne(args, milliseconds) {
  const program = join(root, 'test/pmem/children/btt-load.cjs');
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), milliseconds));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (signal === 'SIGKILL') resolve();
      else
        reject(new Error(`the process ended with ${signal ?? `code ${code}`}: ${args.join(' ')}`));
    });
  });
}
