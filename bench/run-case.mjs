import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const child = fileURLToPath(new URL('./child.mjs', import.meta.url));
const LONGEST_MS = 60_000;

/** What a child process finds out about a case: figures, or `skipped` or `failed` with the reason. */
export function runCase(row) {
  return new Promise((resolve) => {
    const process = fork(child, { execArgv: ['--expose-gc'] });
    const late = setTimeout(() => process.kill('SIGKILL'), LONGEST_MS);
    let found;
    process.on('message', (message) => {
      found = message;
    });
    process.on('exit', (code, signal) => {
      clearTimeout(late);
      resolve(found ?? { failed: `the process ended without an answer (${signal ?? code})` });
    });
    process.send(row);
  });
}
