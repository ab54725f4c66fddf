import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate, node } from './run';

// What is measured of blocks, not how fast anything is.

const directory = mkdtempSync(join(tmpdir(), 'datamover-block-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Rows of a subject in the shape in which the measurement hands them on. */
const measured = `
  process.env.PMEM2_FORCE_GRANULARITY = 'CACHE_LINE';
  import { compare, DEPTHS, idleLateness } from './bench/block/load.mjs';
  import { PEER, prepare, subjects } from './bench/block/subjects.mjs';
  const pace = { sample: 3, rounds: 3, delay: 5 };
  const peer = await prepare(PEER, ${JSON.stringify(directory)} + '/peer');
  const rows = [];
  for (const subject of ['BttDevice, synchronous', 'map.copy, synchronous']) {
    const ours = await prepare(subject, ${JSON.stringify(directory)});
    for (const direction of ['write', 'read']) for (const depth of DEPTHS) {
      const found = await compare(ours[direction], peer[direction], depth, pace);
      rows.push({ place: 'tmpfs', subject, direction, depth, ...found, idleLateP99: 0 });
    }
  }`;

test('subjects read and write at every depth, and their figures become tables and charts', () => {
  const { rows, texts, charts } = evaluate(`${measured}
    import { cells, columns, line, peerCells } from './bench/block/table.mjs';
    import { costChart, rateChart } from './bench/block/chart.mjs';
    const writes = rows.filter(({ direction }) => direction === 'write');
    const texts = [columns, ...rows.flatMap((row) => [cells(row), peerCells([row])])];
    console.log(JSON.stringify({ rows, texts, charts: [rateChart(writes), costChart(writes)] }));
    process.exit();`);
  expect(rows).toHaveLength(16);
  for (const { ratio, ours, peer } of rows) {
    expect(ratio.p5).toBeLessThanOrEqual(ratio.p95);
    for (const side of [ours, peer]) {
      expect(side.rate.median).toBeGreaterThan(0);
      expect(side.latencyNanoseconds.p50).toBeGreaterThan(0);
      expect(side.latencyNanoseconds.p99).toBeGreaterThanOrEqual(side.latencyNanoseconds.p50);
      expect(side.cpuSecondsPerGiB.all).toBeGreaterThan(0);
    }
  }
  expect(new Set(texts.map((row: string[]) => row.length))).toEqual(new Set([8]));
  for (const chart of charts) {
    expect(chart).toMatch(/^<svg[^>]*><style>/);
    for (const name of ['BttDevice, synchronous', 'fs.promises']) expect(chart).toContain(name);
  }
});

test('the command says what it takes', () => {
  expect(node('bench/block/main.mjs', '--help').stdout).toContain('--docs');
  expect(node('bench/block/main.mjs', '--fast').status).toBe(2);
});
