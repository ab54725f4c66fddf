import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const script = join(__dirname, '../../scripts/crash.mjs');

test('a process that is killed while it writes leaves a device that is right', async () => {
  const args = [script, '--states', '0', '--kills', '6', '--seed', '3'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toMatch(/^crash: seed 3\n6 kills, 0 violations/);
}, 120_000);
