import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { childResult } from '../support/child';
import type { findAll } from './broken';
import { grown } from './campaign';
import { Tally } from './tally';

const script = join(__dirname, '../../scripts/torture.mjs');

test('some rounds of the campaign find nothing', async () => {
  const args = [script, '--seed', '11', '--rounds', '5', '--minutes', '5'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toMatch(/operations: \d{3}/);
  expect(stdout).toMatch(/\nlost 0, duplicated 0, wrong 0, leaked 0\n$/);
}, 120_000);

test('the campaign finds engines that make mistakes', async () => {
  const { found, lost } = await childResult<Awaited<ReturnType<typeof findAll>>>(`
    const { findAll } = require(${JSON.stringify(join(__dirname, 'broken.ts'))});
    console.log(JSON.stringify(await findAll()));
    // One of them is never done.
    process.exit();`);
  expect(found).toEqual({
    beyond: ['wrong'],
    idle: ['wrong'],
    result: ['wrong'],
    patient: ['lost'],
    late: expect.arrayContaining(['duplicated']),
    endless: expect.arrayContaining(['lost']),
    error: ['wrong'],
    slots: ['leaked'],
  });
  // By what one may see why.
  expect(lost).toMatch(
    /; endless: \{"inFlight":\d+,.*"serving":\[\].*; device: none; thread: .*load: /,
  );
}, 120_000);

test.each([
  [0, []],
  [2 ** 20, ['leaked', 'leaked']],
])('memory that grows by %p bytes a round is found', (bytes, expected) => {
  const tally = new Tally();
  const samples = Array.from({ length: 400 }, (_, n) => ({
    rss: 1e8 + n * bytes,
    heap: n * bytes,
    kept: 0,
  }));
  grown(samples, tally);
  expect(tally.findings.map(({ evil }) => evil)).toEqual(expected);
});
