import { join } from 'node:path';
import { describeWithModel, emulate } from '../support/device-model';
import { onModel } from '../support/on-model';
import { workerCount, WORKERS_TIMEOUT_MS } from '../support/worker-count';

const queues = [
  ...['--queue', 'wq0.0:mode=shared,size=8,max-batch=4'],
  ...['--queue', 'wq0.1:mode=dedicated,size=4,max-batch=2'],
];

/** Threads with movers of their own, each with a pattern of its own. */
const workers = (count: number, body: string): string => `
  const { Worker } = require('node:worker_threads');
  const body = ${JSON.stringify(`
    const { parentPort, workerData } = require('node:worker_threads');
    const { open } = require('./dist');
    (async () => {
      const mover = await open({ path: 'hardware', ...workerData.options });
      const source = Buffer.alloc(10000, 'worker ' + workerData.index);
      const targets = Array.from({ length: 100 }, () => Buffer.alloc(10000));
      await Promise.all(targets.map((target) => mover.copy(target, source)));
      const right = targets.filter((target) => target.equals(source)).length;
      const { lost, inFlight } = mover.stats();
      ${body}
      parentPort.postMessage([right, lost, inFlight]);
    })();`)};
  const run = (options, index) => new Promise((resolve, reject) => {
    const worker = new Worker(body, { eval: true, workerData: { options, index } });
    worker.once('error', reject).once('message', (message) => worker.once('exit', () => resolve(message)));
  });
  const all = Array.from({ length: ${String(count)} }, (_, index) => index);`;

describeWithModel('movers in several threads on the same queues', () => {
  test.each<[name: string, options: string[], open: object, end: string]>([
    ['a shared and a dedicated one', [], {}, 'await mover.close();'],
    ['without being closed', [], {}, ''],
    ['the dedicated one', [], { queues: ['wq0.1'] }, 'await mover.close();'],
    ['by write()', ['--mmap-errno', '1'], {}, 'await mover.close();'],
    ['busy and faulting', ['--busy-every', '5', '--fault-every', '7'], {}, 'await mover.close();'],
  ])('%s', async (_name, options, open, end) => {
    const { value, queues: counted } = await onModel(
      [...queues, ...options, '--seed', '5'],
      `${workers(4, end)}
      const mine = await open({ path: 'hardware', ...${JSON.stringify(open)} });
      const others = Promise.all(all.map((index) => run(${JSON.stringify(open)}, index)));
      const right = await copies(mine, 100, 10000, {}, true);
      const outcomes = await others;
      return [...outcomes, [right + (await copies(mine, 5, 64)), mine.stats().lost, 0]];`,
    );
    expect(value).toEqual([...Array<number[]>(4).fill([100, 0, 0]), [105, 0, 0]]);
    for (const { overflows, unreported } of Object.values(counted)) {
      expect([overflows, unreported]).toEqual([0, 0]);
    }
    // A dedicated queue can be opened only once, and all threads share it.
    expect(counted['wq0.1']!.submitted).toBeGreaterThan(10);
  });

  test('threads that are ended in the middle leave the others alone', async () => {
    const { value } = await onModel(
      queues,
      `const { Worker } = require('node:worker_threads');
      const body = \`
        const { parentPort } = require('node:worker_threads');
        const { open } = require('./dist');
        open({ path: 'hardware' }).then((mover) => {
          const target = Buffer.alloc(1e6);
          const again = () => mover.fill(target, 1).then(again);
          for (let n = 0; n < 20; n++) void again();
          parentPort.postMessage('under way');
        });\`;
      const mine = await open({ path: 'hardware' });
      let right = 0;
      for (let turn = 0; turn < 3; turn++) {
        const worker = new Worker(body, { eval: true });
        await new Promise((resolve) => worker.once('message', resolve));
        const copied = copies(mine, 20, 10000, {}, true);
        await worker.terminate();
        right += await copied;
      }
      const { lost, inFlight } = mine.stats();
      return [right + (await copies(mine, 20, 10000)), lost, inFlight];`,
    );
    expect(value).toEqual([80, 0, 0]);
  });

  test('a thread that is ended as it fetches what was lost', async () => {
    const { value } = await onModel(
      [...queues, '--lose-every', '7'],
      `const { Worker } = require('node:worker_threads');
      const body = \`
        const { parentPort } = require('node:worker_threads');
        const { open } = require('./dist');
        const { tend, takeLost, onWake, arm, block } = require('./dist/addon.js').addon();
        open({ path: 'hardware', timeoutMs: 200 }).then((mover) => {
          const copy = () => mover.copy(Buffer.alloc(8192), Buffer.alloc(8192)).promise();
          for (let n = 0; n < 40; n++) copy().catch(() => {});
          const wakeUp = onWake(() => {});
          // It is ended within block(), and native code is called once more.
          const last = (engine) => { block(wakeUp, 700); takeLost(engine); };
          setTimeout(() => {
            let engine = 0;
            while ((tend(engine) & 1) === 0) engine = (engine + 1) % 8;
            arm(wakeUp);
            parentPort.postMessage('lost');
            last(engine);
          }, 20);
        });\`;
      const worker = new Worker(body, { eval: true });
      await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
      await new Promise((resolve) => setTimeout(resolve, 200));
      return worker.terminate();`,
    );
    expect(value).toBe(1);
  });

  test(
    'threads that are ended at any moment, four at a time',
    async () => {
      const program = join(__dirname, '../lifecycle/children/terminate.cjs');
      const kinds = ['large', 'small', 'waiting', 'sleeping', 'spinning', 'calling', 'opening'];
      const count = String(Math.ceil(workerCount / 4));
      const command = [process.execPath, program, count, '4', ...kinds];
      const { code, stdout, stderr } = await emulate([...queues, '--delay-ns', '20000'], command);
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '"all ended"\n', stderr: '' });
    },
    WORKERS_TIMEOUT_MS,
  );
});
