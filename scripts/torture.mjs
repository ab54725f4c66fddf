// A fault campaign: random operations on all engines, while devices fault and fail, and every byte is
// compared with a model (test/torture).
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { root } from './run.mjs';

const usage = `Usage: npm run torture -- [options]

  --minutes N    how long (default 1)
  --rounds N     how many rounds at most
  --seed S       an integer; default: a random one, which is printed
  --round R      round R alone, as it was in a campaign with this seed
  --engine NAME  only these: inline, threads, software, custom, loopback, auto, device, intel-dml;
                 may be given several times

Rounds open movers on random engines and ask them for random operations on memory of all kinds, wait for
them in all ways, abort, cancel, drop and transfer, let their time run out, while the device model faults,
is busy, slow, stuck, disabled or killed. Every byte is compared with a model.

  lost        futures that did not end within 20 seconds, or a process that hung or crashed
  duplicated  memory that was written after the end, and tickets that came twice
  wrong       bytes and results that are not those of the model, errors that nothing excuses
  leaked      slots in use after all ended, memory that grows

Any of these above zero: exit code 1. What a round asks for follows from seed and round number; what time
decides (whether an abort comes before the end, which page faults) is judged, and does not repeat itself
bit for bit: give --round R --rounds 20 to have it 20 times.`;

/** A process that does not come to its next round within so many milliseconds hangs. */
const PATIENCE_MS = 180_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    rounds: { type: 'string' },
    seed: { type: 'string', default: String(1 + (Date.now() % 2 ** 31)) },
    round: { type: 'string' },
    engine: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}
for (const name of ['minutes', 'rounds', 'seed', 'round']) {
  const value = Number(values[name] ?? 1);
  if (value >= 0 && (name === 'minutes' || Number.isInteger(value))) continue;
  console.error(`--${name} must be a number from 0 on; got '${values[name]}'. See --help`);
  process.exit(1);
}

/** Whether the device model was built: it needs Linux on x86-64. */
const { deviceModel, isDeviceModelBuilt } = createRequire(import.meta.url)(
  '../dist/cli/device-model.js',
);
const directory = mkdtempSync(join(tmpdir(), 'datamover-'));

/** What makes a program take the device model in `directory` for a DSA. */
const environment = isDeviceModelBuilt()
  ? {
      DATAMOVER_DEVICE_MODEL: directory,
      DSA_SYSFS_PATH: join(directory, 'sys/bus/dsa/devices'),
      DSA_DEV_PATH: join(directory, 'dev/dsa'),
      LD_PRELOAD: [deviceModel.shim, process.env.LD_PRELOAD].filter(Boolean).join(':'),
    }
  : {};

const { seed, minutes, rounds, round, engine } = values;
console.log(`torture: seed ${seed}`);
const child = spawn(
  process.execPath,
  [
    ...['--expose-gc', '--no-warnings', '-r', join(root, 'test/support/typescript.cjs')],
    ...[join(root, 'test/torture/main.ts'), '--seed', seed, '--minutes', minutes],
    ...(rounds === undefined ? [] : ['--rounds', rounds]),
    ...(round === undefined ? [] : ['--round', round]),
    ...engine.flatMap((name) => ['--engine', name]),
  ],
  {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // A group of its own, which the device model belongs to.
    detached: true,
  },
);

let current = 0;
let hangs = false;
function end() {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // All of them have ended.
  }
}
const expired = () => {
  hangs = true;
  end();
};
let patience = setTimeout(expired, PATIENCE_MS);
child.on('message', ({ round: number }) => {
  current = number;
  clearTimeout(patience);
  patience = setTimeout(expired, PATIENCE_MS);
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, end);
child.once('exit', (code, signal) => {
  clearTimeout(patience);
  end();
  rmSync(directory, { recursive: true, force: true });
  if (signal !== null) {
    console.log(`lost in round ${current}: the process ${hangs ? 'hung' : `ended by ${signal}`}`);
  }
  process.exitCode = code ?? 1;
  if (process.exitCode === 0) return;
  const only = engine.map((name) => ` --engine ${name}`).join('');
  console.log(`again: npm run torture -- --seed ${seed} --round ${current}${only}`);
});
