// All subjects in all places, a process each.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PEER, subjects } from './subjects.mjs';

const child = fileURLToPath(new URL('./child.mjs', import.meta.url));
const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Resolves to what the program printed last, which is JSON. */
async function run(args) {
  const node = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  node.stdout.on('data', (data) => (text += data));
  const [code] = await once(node, 'close');
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  return JSON.parse(text.trim().split('\n').at(-1));
}

/** @returns rows of `subject`, `place`, `direction`, `depth`, and what `compare` found */
export async function measure(name, place, pace) {
  const directory = mkdtempSync(join(place.root, 'datamover-block-'));
  const command = [child, name, directory, pace];
  const { model = false } = subjects[name];
  const args = model ? [cli, 'emulate', '--', process.execPath, ...command] : command;
  try {
    const found = await run(args);
    return found.map((row) => ({ subject: name, place: place.name, ...row }));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export const measuredIn = ({ name }) =>
  Object.keys(subjects).filter(
    (subject) => subject !== PEER && (subjects[subject].places ?? [name]).includes(name),
  );
