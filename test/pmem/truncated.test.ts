import { readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { BttDevice, pmem } from '../../lib';
import { movers } from '../conformance/movers';
import { childResult, hook } from '../support/child';
import { describeWithModel } from '../support/device-model';
import { onModel } from '../support/on-model';
import { newFile } from './files';

const library = join(__dirname, '..', '..', 'lib', 'index.ts');
const BYTES = 1 << 20;
const END = 1 << 16;

const lost = (access: string, argument: string, offset: number): unknown =>
  expect.objectContaining({
    code: 'ERR_MOVER_PAGE_FAULT',
    message: expect.stringContaining(`ends at byte ${String(END)}`),
    fault: { access, argument, offset },
  });

describe.each(movers)('$name', ({ open }) => {
  test('what the file has no more is an error, and the rest goes on', async () => {
    const mover = await open();
    const path = newFile(BYTES);
    const map = await pmem.map(path, { mover });
    truncateSync(path, END);
    const source = Buffer.alloc(1000, 7);
    await expect(map.copy(END - 10, source)).rejects.toEqual(lost('write', 'dst', 10));
    await expect(map.copy(BYTES - 1000, source)).rejects.toEqual(lost('write', 'dst', 0));
    await expect(map.fill(0, BYTES, 1)).rejects.toEqual(lost('write', 'dst', END));
    await expect(map.move(0, END, 1)).rejects.toEqual(lost('read', 'src', 0));
    await expect(map.persist(END, 1)).rejects.toEqual(lost('write', 'range', 0));
    await expect(map.deepFlush(END, 1)).rejects.toEqual(lost('write', 'range', 0));
    expect(() => map.flush(END, 1)).toThrow('ends at byte');
    await map.copy(END - 1000, source);
    expect(readFileSync(path).subarray(END - 1000)).toEqual(source);
    truncateSync(path, BYTES);
    await map.copy(END, source);
    expect(readFileSync(path).subarray(END, END + 1000)).toEqual(source);
    await map.close();
    await mover.close();
  });
});

test('a program that reads or writes what is no more gets zeros, and ends the map there', async () => {
  const path = newFile(BYTES);
  const map = await pmem.map(path);
  map.bytes.fill(7);
  truncateSync(path, 0);
  expect(map.bytes[END]).toBe(0);
  map.bytes[END + 1] = 7;
  truncateSync(path, BYTES);
  await map.fill(0, END, 8);
  await expect(map.fill(END - 1, 2, 9)).rejects.toEqual(lost('write', 'dst', 1));
  expect(readFileSync(path)[END + 1]).toBe(0);
  await map.close();
});

test('a device whose file was another one meanwhile is joined by nobody', async () => {
  const path = newFile(1 << 24);
  const map = await pmem.map(path);
  await BttDevice.format(map);
  truncateSync(path, 0);
  truncateSync(path, 1 << 24);
  const again = await pmem.map(path);
  await expect(BttDevice.open(again)).rejects.toMatchObject({ code: 'ERR_BTT_LAYOUT' });
  await map.close();
  await expect(BttDevice.open(again)).rejects.toMatchObject({ code: 'ERR_BTT_LAYOUT' });
  const device = await BttDevice.format(again);
  await device.write(1, Buffer.alloc(4096, 1));
  await again.close();
});

test('a device that has seen its file end goes on no more when that is lengthened', async () => {
  const path = newFile(1 << 24);
  const map = await pmem.map(path);
  const device = await BttDevice.format(map);
  const data = Buffer.alloc(4096, 6);
  await device.write(5, data);
  truncateSync(path, 1 << 20);
  const gone = { code: 'ERR_MOVER_PAGE_FAULT' };
  await expect(device.read(5)).rejects.toMatchObject(gone);
  truncateSync(path, 1 << 24);
  await expect(device.read(5)).rejects.toMatchObject(gone);
  await expect(device.write(6, data)).rejects.toMatchObject(gone);
  await map.close();
});

describe("a program's own listener of SIGBUS", () => {
  /** Reads behind the end of a map's file; tells what was read. */
  const read = (path: string, before: string, after: string): string => `
    const { pmem } = library;
    const fs = require('node:fs');
    const { Worker } = require('node:worker_threads');
    const listener = () => {};
    ${before}
    const map = await pmem.map(${JSON.stringify(path)});
    ${after}
    fs.truncateSync(${JSON.stringify(path)}, 0);
    console.log(JSON.stringify(map.bytes[0]));`;
  const on = "process.on('SIGBUS', listener);";
  const off = "process.off('SIGBUS', listener);";

  test.each([
    ['that was there before', on, ''],
    ['that goes after the map was made', on, off],
    ['that comes', '', on],
    ['that comes and goes', '', on + off],
  ])('%s does not keep pages from being replaced', async (_, before, after) => {
    expect(await childResult(read(newFile(BYTES), before, after))).toBe(0);
  });

  test('neither where the first map was that of a worker which has ended', async () => {
    const path = newFile(BYTES);
    const inWorker = `
      require(process.env.HOOK);
      require(process.env.LIBRARY).pmem.map(${JSON.stringify(path)});`;
    const before = `
      const worker = new Worker(${JSON.stringify(inWorker)}, { eval: true, env: {
        ...process.env, HOOK: ${JSON.stringify(hook)}, LIBRARY: ${JSON.stringify(library)} } });
      await new Promise((resolve) => worker.once('exit', resolve));`;
    expect(await childResult(read(path, before, on + off))).toBe(0);
  });
});

/**
 * Writes maps of a file that others shorten and lengthen all the while; counts what became of it.
 *
 * @param mover - an expression
 */
const race = (mover: string, path: string): string => `
  const { pmem } = library;
  const { Worker } = require('node:worker_threads');
  const path = ${JSON.stringify(path)};
  const bytes = ${String(BYTES)};
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const truncator = new Worker(\`
    const { truncateSync } = require('node:fs');
    const { path, bytes, stop } = require('node:worker_threads').workerData;
    while (Atomics.load(stop, 0) === 0) {
      truncateSync(path, 100);
      truncateSync(path, bytes);
    }\`, { eval: true, workerData: { path, bytes, stop } });
  await new Promise((resolve) => truncator.once('online', resolve));
  const mover = await ${mover};
  const outcomes = { ok: 0 };
  let read = 0;
  const source = Buffer.alloc(bytes / 4, 7);
  const count = (future) => future.then(() => outcomes.ok++, ({ code = 'none' }) => {
    outcomes[code] = (outcomes[code] ?? 0) + 1;
  });
  for (let round = 0; round < 30 || (outcomes.ERR_MOVER_PAGE_FAULT === undefined && round < 1000); round++) {
    let map;
    try {
      const forceGranularity = ['byte', 'cacheline', 'page'][round % 3];
      map = await pmem.map(path, { mover, length: bytes, create: true, forceGranularity });
    } catch (error) {
      // It was shortened between its measure and its mapping.
      if (error.code !== 'ERR_OUT_OF_RANGE') throw error;
      continue;
    }
    await Promise.all([
      count(map.copy(0, source)),
      count(map.fill(bytes / 4, bytes / 2, 8)),
      count(map.move(bytes / 2, 0, bytes / 2)),
      count(map.copy(bytes - 64, source.subarray(0, 64))),
      count(map.persist(0, bytes)),
    ]);
    read += map.bytes.indexOf(9);
    await map.close();
  }
  Atomics.store(stop, 0, 1);
  await new Promise((resolve) => truncator.once('exit', resolve));
  await mover.close();`;

function expectTyped({
  ok,
  ERR_MOVER_PAGE_FAULT: faults,
  ...others
}: Record<string, number>): void {
  expect(others).toEqual({});
  expect(faults).toBeGreaterThan(0);
  expect(ok + faults!).toBeGreaterThan(100);
}

test.each(['syncMover()', 'threadsMover({ threads: 2 })', 'open()'])(
  'a file that is truncated while %s works ends no process',
  async (mover) => {
    const script = `${race(mover, newFile(BYTES))} console.log(JSON.stringify(outcomes));`;
    expectTyped(await childResult(script));
  },
);

describeWithModel('on the device model', () => {
  test.each(['continue', 'retry', 'error'])('onFault: %s', async (onFault) => {
    const mover = `open({ path: 'hardware', onFault: '${onFault}' })`;
    const script = `${race(mover, newFile(BYTES))} return outcomes;`;
    expectTyped((await onModel<Record<string, number>>([], script)).value);
  });
});
