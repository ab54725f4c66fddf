import { join } from 'node:path';
import { BttDevice, pmem } from '../../lib';
import { childResult, runChild } from '../support/child';
import { newMap, SIZE } from './btt-file';
import { newPath } from './files';

const hook = join(__dirname, '..', 'support', 'typescript.cjs');
const library = join(__dirname, '..', '..', 'lib', 'index.ts');

/** What a worker runs: a few blocks are everybody's, and each write is of one value throughout. */
const worker = `
  require(${JSON.stringify(hook)});
  const { BttDevice, pmem } = require(${JSON.stringify(library)});
  const { workerData: { path, value, forceGranularity } } = require('node:worker_threads');
  (async () => {
    const map = await pmem.map(path, { forceGranularity });
    const device = await BttDevice.open(map);
    const run = async () => {
      for (let turn = 0; turn < 60; turn++) {
        const block = turn % 3;
        await device.write(block, Buffer.alloc(512, value));
        const found = await device.read(block);
        if (found.some((byte) => byte !== found[0])) throw new Error('a block is not whole');
      }
    };
    await Promise.all(Array.from({ length: 4 }, run));
    if (value === 1) await device.check().then(({ problems }) => {
      if (problems.length > 0) throw new Error(problems.join());
    });
    await device.close();
    await map.close();
  })();`;

test.each(['cacheline', 'page'])('threads on one device, by %ss', async (forceGranularity) => {
  const result = await childResult<{ codes: number[]; consistent: boolean; whole: boolean }>(`
    const { Worker } = require('node:worker_threads');
    const { BttDevice, pmem } = library;
    const path = ${JSON.stringify(newPath())};
    const forceGranularity = ${JSON.stringify(forceGranularity)};
    const map = await pmem.map(path, { length: ${String(SIZE)}, create: true, forceGranularity });
    // Fewer lanes than requests: threads have to leave them to each other.
    const device = await BttDevice.format(map, { blockSize: 512, freeBlocks: 3 });
    const codes = await Promise.all([1, 2, 3].map((value) => new Promise((resolve) => {
      const workerData = { path, value, forceGranularity };
      new Worker(${JSON.stringify(worker)}, { eval: true, workerData })
        .on('error', (error) => { console.error(error); })
        .on('exit', resolve);
    })));
    const blocks = await Promise.all([0, 1, 2].map((block) => device.read(block)));
    const whole = blocks.every((bytes) => bytes[0] > 0 && bytes.every((byte) => byte === bytes[0]));
    const { consistent } = await device.check();
    await device.close();
    console.log(JSON.stringify({ codes, whole, consistent }));`);
  expect(result).toEqual({ codes: [0, 0, 0], whole: true, consistent: true });
});

test('a worker that is ended in the middle leaves a device that works', async () => {
  const result = await childResult<{ consistent: boolean; written: number }>(`
    const { Worker } = require('node:worker_threads');
    const { BttDevice, pmem } = library;
    const path = ${JSON.stringify(newPath())};
    const map = await pmem.map(path, { length: ${String(SIZE)}, create: true });
    const device = await BttDevice.format(map, { blockSize: 512, freeBlocks: 2 });
    const workerData = { path, value: 2 };
    const code = ${JSON.stringify(worker)}.replace('turn < 60', 'turn < Infinity');
    for (let round = 0; round < 3; round++) {
      const ended = new Worker(code, { eval: true, workerData });
      while ((await device.read(1))[0] !== 2) await new Promise(setImmediate);
      await ended.terminate();
      await Promise.all([0, 1, 2, 3].map((block) => device.write(block, Buffer.alloc(512, 9))));
    }
    const { consistent } = await device.check();
    await device.close();
    console.log(JSON.stringify({ consistent }));`);
  expect(result).toEqual({ consistent: true });
});

test('a worker that is ended while it looks at the metadata keeps no lane', async () => {
  const code = `
    require(${JSON.stringify(hook)});
    const { BttDevice, pmem } = require(${JSON.stringify(library)});
    const { workerData: path } = require('node:worker_threads');
    (async () => {
      const map = await pmem.map(path, { forceGranularity: 'page' });
      const device = await BttDevice.open(map);
      const both = (block) => [device.write(block, Buffer.alloc(512, 2)), device.check()];
      for (;;) await Promise.all([0, 1, 2, 3, 4, 5].flatMap(both));
    })();`;
  const result = await childResult<{ consistent: boolean }>(`
    const { Worker } = require('node:worker_threads');
    const { BttDevice, pmem } = library;
    const workerData = ${JSON.stringify(newPath())};
    const options = { length: ${String(SIZE)}, create: true, forceGranularity: 'page' };
    const map = await pmem.map(workerData, options);
    const device = await BttDevice.format(map, { blockSize: 512 });
    for (let round = 0; round < 4; round++) {
      await device.zero(1);
      const ended = new Worker(${JSON.stringify(code)}, { eval: true, workerData });
      while ((await device.read(1))[0] !== 2) await new Promise(setImmediate);
      await ended.terminate();
      await device.write(6, Buffer.alloc(512, 9));
    }
    const { consistent } = await device.check();
    await device.close();
    console.log(JSON.stringify({ consistent }));`);
  expect(result).toEqual({ consistent: true });
});

test('another process is refused until the device is closed', async () => {
  const map = await newMap();
  const device = await BttDevice.format(map);
  const other = `
    const { BttDevice, pmem } = library;
    const map = await pmem.map(${JSON.stringify(map.path)});
    const code = await BttDevice.open(map).then((device) => device.close(), ({ code }) => code);
    console.log(JSON.stringify({ code }));`;
  expect(await childResult(other)).toEqual({ code: 'ERR_BTT_IN_USE' });
  // Whatever this process maps, and does with it, beside.
  const beside = await pmem.map(map.path);
  const second = await BttDevice.open(beside);
  await second.close();
  await beside.close();
  expect(await childResult(other)).toEqual({ code: 'ERR_BTT_IN_USE' });
  await device.close();
  await map.close();
  expect(await childResult(other)).toEqual({});
});

test('the end of the process releases it', async () => {
  const path = newPath();
  const { code } = await runChild(`
    const { BttDevice, pmem } = library;
    const map = await pmem.map(${JSON.stringify(path)}, { length: ${String(SIZE)}, create: true });
    const device = await BttDevice.format(map);
    await device.write(3, Buffer.alloc(4096, 3));`);
  expect(code).toBe(0);
  await using map = await pmem.map(path);
  await using device = await BttDevice.open(map);
  expect((await device.read(3)).equals(Buffer.alloc(4096, 3))).toBe(true);
});
