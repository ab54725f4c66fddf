// Which lines and branches the tests reach, of lib/ and of the C++ core; names those that they do not,
// and fails where these are too many: see docs/testing.md. Words select tests of lib/, as for jest.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { root, runNode } from './run.mjs';

const directory = '.cache/coverage';
const children = `${directory}/children`;
const tests = `${directory}/tests`;
const all = `${directory}/all`;

const nyc = (...args) => runNode(['node_modules/nyc/bin/nyc.js', ...args]);

// nyc counts what the processes and threads that tests start reach of dist/, jest what the tests
// themselves reach of lib/. The former is told as of lib/ before the two are added.
rmSync(join(root, directory), { recursive: true, force: true });
// Counting slows what tests start.
process.env.DATAMOVER_TEST_PATIENCE_MS ??= '100000';
const reports = ['--coverageReporters=json', `--coverageDirectory=${tests}`];
const patience = ['--testTimeout', process.env.DATAMOVER_TEST_PATIENCE_MS];
// What is to be cut off is compiled otherwise: its statements are not those of the sources.
const others = ['--testPathIgnorePatterns', '/node_modules/', 'test/cuts/'];
const jest = ['node_modules/jest/bin/jest.js', '--coverage', ...others, ...patience, ...reports];
nyc('--silent', 'node', ...jest, ...process.argv.slice(2));
nyc('report', '--reporter=json', `--report-dir=${children}`);
mkdirSync(join(root, all));
for (const part of [children, tests]) {
  const name = `${part.split('/').at(-1)}.json`;
  copyFileSync(join(root, part, 'coverage-final.json'), join(root, all, name));
}
nyc('report', `--temp-dir=${all}`, '--reporter=text', '--check-coverage');
runNode(['scripts/native-coverage.mjs']);
