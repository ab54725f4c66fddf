// Gets what the peers of the chosen cases need. What cannot be had is left out: its cases say so.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gypArguments } from '../scripts/gyp.mjs';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

function attempt(what, program, args, cwd) {
  console.log(what);
  const { status, error, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  const said = (error?.message ?? stderr)
    .split('\n')
    .filter((line) => !line.startsWith('gyp info'));
  console.log(`${what}: failed\n${said.join('\n').trim()}`);
}

const things = [
  {
    peers: ['aws-crt'],
    made: './peers/node_modules/aws-crt',
    make() {
      const args = ['install', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
      attempt('installing peers into bench/peers', 'npm', args, path('./peers'));
    },
  },
  {
    peers: [
      'AsyncWorker',
      'ISA-L',
      'ISA-L, loop',
      'C library',
      'Intel DML, engine',
      'empty native call',
    ],
    made: './addon/build/Release/bench.node',
    make() {
      attempt('building bench/addon', process.execPath, gypArguments('rebuild'), path('./addon'));
    },
  },
];

export function prepare(cases, again) {
  for (const { peers, made, make } of things) {
    if (!cases.some(({ peer }) => peers.includes(peer))) continue;
    if (again || !existsSync(path(made))) make();
  }
}
