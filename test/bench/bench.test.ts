import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv from 'ajv';
import { evaluate, node, root } from './run';

// What the suite writes, not how fast anything is.

const directory = mkdtempSync(join(tmpdir(), 'datamover-bench-'));
afterAll(() => rmSync(directory, { recursive: true }));

const bench = (...options: string[]) => node('bench/main.mjs', ...options);
const read = (file: string): string => readFileSync(file, 'utf8');
const readJson = (file: string): any => JSON.parse(read(file));
const lines = (text: string): string[] => text.trim().split('\n');

/** What is wrong with results. */
function faults(results: unknown): string | null {
  const ajv = new Ajv({ strict: false });
  ajv.validate(readJson(join(root, 'bench/results.schema.json')), results);
  return ajv.errors === null ? null : ajv.errorsText();
}

test('a case: table, JSON as the schema says, and report', () => {
  const id = 'crc32c 64 KiB: inline sync / @node-rs/crc32';
  const [json, report] = [join(directory, 'one.json'), join(directory, 'one.html')];
  const { status, stdout } = bench('--quick', '--only', id, '--json', json, '--report', report);
  expect(status).toBe(0);
  expect(stdout).toContain(id);

  const results = readJson(json);
  expect(faults(results)).toBeNull();
  expect(results.cases).toHaveLength(1);
  const [{ ratio, rounds, ours, peer }] = results.cases;
  expect(rounds).toBeGreaterThan(2);
  expect(ratio.p5).toBeLessThanOrEqual(ratio.median);
  expect(ratio.median).toBeLessThanOrEqual(ratio.p95);
  for (const side of [ours, peer]) {
    expect(side.nanoseconds.p5).toBeGreaterThan(0);
    expect(side.latencyNanoseconds.p99).toBeGreaterThanOrEqual(side.latencyNanoseconds.p50);
  }
  expect(read(report)).toContain(id);
});

/** What comes of a case, with these columns. */
function found(columns: string): any {
  return evaluate(`
    import { runCase } from './bench/run-case.mjs';
    const row = { operation: 'copy', bytes: 64, depth: 1, memory: 'plain', pace: 'quick', delay: false,
      ours: 'inline sync', peer: 'Buffer.copy', ...${columns} };
    console.log(JSON.stringify(await runCase(row)));`);
}

test('what cannot be had is skipped, and says why', () => {
  const skipped = found('{ bytes: 2 ** 30, depth: 1024 }');
  expect(skipped).toEqual({ skipped: expect.stringContaining('MiB of memory') });
});

test('subjects that do not do the same are not compared', () => {
  const failed = found(`{ operation: 'dualcast' }`);
  expect(failed).toEqual({ failed: expect.stringContaining('do not agree in what is written') });
});

test('a ratio above its bound is a violation, and so is a case that failed', () => {
  const { broken, compared } = evaluate(`
    import { bounds, checked, violations } from './bench/check.mjs';
    const cases = Object.entries(bounds).map(([id, bound], at) => {
      const median = at === 0 ? 1.01 * bound : bound;
      return { id, ratio: { p5: median, median, p95: median } };
    });
    cases.push({ id: 'of no bound', ratio: { p5: 1e6, median: 1e6, p95: 1e6 } });
    cases.push({ id: 'lost', failed: 'why' }, { id: 'absent', skipped: 'why' });
    const rests = [{ id: 'lazy', of: 'main', bound: 0.02, main: 0.01, all: 0.5 },
      { id: 'restless', of: 'all', bound: 0.01, main: 0, all: 0.02 },
      { id: 'unknown', of: 'main', bound: 0.02, main: null, all: 1 },
      { id: 'impossible', of: 'all', bound: 0.01, skipped: 'why' }];
    const results = { cases, rests };
    console.log(JSON.stringify({ broken: violations(results), compared: checked(results) }));`);
  const ids = Object.keys(readJson(join(root, 'bench/bounds.json')));
  expect(compared).toBe(ids.length + 2);
  expect(broken).toHaveLength(3);
  expect(broken[0]).toContain(ids[0]);
  expect(broken[1]).toBe('lost: failed');
  expect(broken[2]).toContain('restless');
});

test('names of cases are unique, and bounds are those of quick cases', () => {
  const [all, quick] = [lines(bench('--list').stdout), lines(bench('--list', '--quick').stdout)];
  expect(new Set(all).size).toBe(all.length);
  expect(all).toEqual(expect.arrayContaining(quick));
  const bounds = Object.keys(readJson(join(root, 'bench/bounds.json')));
  expect(quick).toEqual(expect.arrayContaining(bounds));
});

test('every name in the table is that of a subject or an operation', () => {
  const strange = evaluate(`
    import { selectCases } from './bench/cases.mjs';
    import { operations } from './bench/subjects/operations.mjs';
    import { isSubject } from './bench/subjects/subjects.mjs';
    const cases = selectCases({ quick: false, only: [] });
    const strange = cases.filter(({ ours, peer, operation }) => {
      return !isSubject(ours) || !isSubject(peer) || !Object.hasOwn(operations, operation);
    });
    console.log(JSON.stringify(strange.map(({ id }) => id)));`);
  expect(strange).toEqual([]);
});

test('figures in the documentation: all cases, in place of those before', () => {
  const { results, once, twice } = evaluate(`
    import { readFileSync } from 'node:fs';
    import { withFigures } from './bench/write-docs.mjs';
    import { results } from './test/bench/made-up.mjs';
    const once = await withFigures(readFileSync('docs/performance.md', 'utf8'), results);
    const twice = await withFigures(once, results);
    console.log(JSON.stringify({ results, once, twice }));`);
  expect(faults(results)).toBeNull();
  for (const { id } of [...results.cases, ...results.rests]) expect(once).toContain(id);
  for (const { way } of results.scale.costs) expect(once).toContain(way);
  expect(once).toContain('a CPU');
  expect(twice).toBe(once);
});

test('what is not there is refused', () => {
  const none = bench('--only', 'no such case');
  expect([none.status, none.stdout]).toEqual([2, expect.stringContaining('--list')]);
  const option = bench('--fast');
  expect([option.status, option.stderr]).toEqual([2, expect.stringContaining('--quick')]);
});
