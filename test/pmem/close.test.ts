import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { pmem, threadsMover } from '../../lib';
import { movers } from '../conformance/movers';
import { childResult } from '../support/child';
import { newFile, newPath } from './files';

const closed = expect.objectContaining({ code: 'ERR_MOVER_CLOSED' });
const detached = expect.objectContaining({ code: 'ERR_MOVER_BUFFER_DETACHED' });
const BYTES = 1 << 20;

const isMapped = (path: string): boolean =>
  process.platform === 'linux' && readFileSync('/proc/self/maps', 'latin1').includes(path);

describe.each(movers)('$name', ({ open }) => {
  test.each(['byte', 'cacheline', 'page'] as const)('%s', async (forceGranularity) => {
    const mover = await open();
    const path = newFile(BYTES);
    const map = await pmem.map(path, { mover, forceGranularity });
    const source = Buffer.alloc(BYTES / 2, 7);
    const futures = [
      map.copy(0, source),
      map.fill(BYTES / 2, BYTES / 4, 8),
      map.move((3 * BYTES) / 4, BYTES - 10, 10),
      map.persist(0, BYTES),
    ];
    const closing = map.close();
    await expect(map.copy(0, source)).rejects.toEqual(closed);
    expect(map.close()).toBe(closing);
    await closing;
    expect(futures.map(({ done, error }) => done && error)).toEqual(futures.map(() => undefined));
    const file = readFileSync(path);
    expect(file.subarray(0, BYTES / 2).equals(source)).toBe(true);
    expect(file[(3 * BYTES) / 4 - 1]).toBe(8);
    expect(isMapped(path)).toBe(false);
    await mover.close();
  });
});

test('after the close', async () => {
  const map = await pmem.map(newFile(4096));
  const part = map.bytes.subarray(10, 20);
  await map[Symbol.asyncDispose]();
  expect(map.bytes).toHaveLength(0);
  expect(part).toHaveLength(0);
  expect(map.bytes[0]).toBeUndefined();
  for (const future of [
    map.copy(0, Buffer.alloc(1)),
    map.move(0, 1, 1),
    map.fill(0, 1, 1),
    map.persist(0, 1),
    map.deepFlush(0, 1),
  ]) {
    await expect(future).rejects.toEqual(closed);
  }
  expect(() => map.flush(0, 1)).toThrow(closed as Error);
  expect(() => map.drain()).toThrow(closed as Error);
});

test('dispose closes at once where nothing is under way, and afterwards where something is', async () => {
  const path = newFile(BYTES);
  const idle = await pmem.map(path);
  idle[Symbol.dispose]();
  expect(idle.bytes).toHaveLength(0);
  const mover = threadsMover({ threads: 1 });
  const busy = await pmem.map(path, { mover });
  const fill = busy.fill(0, BYTES, 7);
  busy[Symbol.dispose]();
  expect(busy.bytes).toHaveLength(BYTES);
  await fill;
  await busy.close();
  expect(busy.bytes).toHaveLength(0);
  expect(readFileSync(path).equals(Buffer.alloc(BYTES, 7))).toBe(true);
  await mover.close();
});

test('what a mover of others does to the memory of a map that is closed does no harm', async () => {
  const mover = threadsMover({ threads: 1 });
  const map = await pmem.map(newFile(64 * BYTES));
  const fills = Array.from({ length: 4 }, () => mover.fill(map.bytes, 7));
  const outcomes = Promise.allSettled(fills.map((fill) => fill.promise()));
  await map.close();
  for (const outcome of await outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toEqual(detached);
  }
  await expect(mover.fill(map.bytes, 1)).rejects.toEqual(detached);
  await mover.close();
});

test('a map whose mover is closed', async () => {
  const mover = threadsMover({ threads: 1 });
  const map = await pmem.map(newFile(4096), { mover });
  await mover.close();
  await expect(map.fill(0, 1, 1)).rejects.toEqual(closed);
  await map.persist(0, 1);
  await map.close();
});

test('a process may end, and a worker be terminated, while maps are written', async () => {
  const path = newPath();
  const result = await childResult<string>(`
    const { pmem } = library;
    const { Worker } = require('node:worker_threads');
    const body = async (pmem, path, report) => {
      const map = await pmem.map(path, { length: 1 << 22, create: true });
      for (let i = 0; i < 8; i++) map.fill(i << 19, 1 << 19, i).promise();
      report();
    };
    const worker = new Worker(
      'const library = require(' + JSON.stringify(${JSON.stringify(require.resolve('../../dist'))}) + ');'
      + '(' + body + ')(library.pmem, ' + JSON.stringify(${JSON.stringify(path)}) + ', () => require("node:worker_threads").parentPort.postMessage(1));',
      { eval: true });
    await new Promise((resolve) => worker.once('message', resolve));
    await worker.terminate();
    await body(pmem, ${JSON.stringify(path)}, () => console.log(JSON.stringify('written')));
    process.exit();`);
  expect(result).toBe('written');
  await setImmediate();
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('maps that nobody closes end once they are collected', async () => {
  const path = JSON.stringify(newFile(4096));
  const script = `
    const { readFileSync } = require('node:fs');
    const mapped = () => readFileSync('/proc/self/maps', 'latin1').split(${path}).length - 1;
    for (let n = 0; n < 20; n++) await (await library.pmem.map(${path})).fill(0, 4096, n);
    for (let n = 0; n < 100 && mapped() > 1; n++) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    console.log(mapped());`;
  expect(await childResult<number>(script, ['--expose-gc'])).toBeLessThanOrEqual(1);
});

onLinux(
  'devices that nobody closes end once they are collected, while their map goes on',
  async () => {
    const path = JSON.stringify(newPath());
    const script = `
    const { pmem, BttDevice } = library;
    const map = await pmem.map(${path}, { create: true, length: 1 << 24 });
    const use = async () => void (await (await BttDevice.format(map)).write(3, Buffer.alloc(4096, 3)));
    await use();
    let again;
    for (let n = 0; n < 200 && again === undefined; n++) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 2));
      again = await BttDevice.format(map).catch(() => undefined);
    }
    console.log(JSON.stringify(again?.blocks ?? 0));
    process.exit();`;
    expect(await childResult<number>(script, ['--expose-gc'])).toBeGreaterThan(0);
  },
);
