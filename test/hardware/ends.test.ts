import { describeWithModel } from '../support/device-model';
import { onModel } from '../support/on-model';

const queue = ['--queue', 'wq0.0:size=4,max-batch=2'];
const slow = ['--delay-ns', '300000', '--reorder', '4'];

describeWithModel('the end of work on a device', () => {
  test.each(['auto', 'hardware'])(
    'drain() waits for all that was asked for, path %s',
    async (path) => {
      const { value } = await onModel(
        [...queue, ...slow],
        `const mover = await open({ path: '${path}' });
      let done = 0;
      const seen = [];
      for (let turn = 0; turn < 3; turn++) {
        for (const bytes of [64, 16384, 65536, 3e6]) {
          void mover.fill(Buffer.alloc(bytes), 1).then(() => done++);
        }
        await mover.drain();
        seen.push(done);
      }
      return [seen, mover.stats().inFlight];`,
      );
      expect(value).toEqual([[4, 8, 12], 0]);
    },
  );

  test('an abort withdraws what no queue has, and fails the rest when the device is done', async () => {
    // Far longer than it takes to submit: most find the queue full.
    const { value } = await onModel<[Record<string, number>, boolean, number]>(
      [...queue, '--delay-ns', '20000000', '--reorder', '4'],
      `const mover = await open({ path: 'hardware' });
      const controller = new AbortController();
      const { signal } = controller;
      const source = Buffer.alloc(16384, 'abort');
      // Where a line begins, so that the CPU has no first bytes to move.
      const pool = new library.Pool({ align: 64 });
      const targets = buffers(40, 16384).map((each) => pool.alloc(each.length));
      const untouched = Buffer.from(targets[0]);
      const early = outcome(mover.copy(targets[0], source, { signal: AbortSignal.abort() }));
      const all = targets.map((target) => outcome(mover.copy(target, source, { signal })));
      await new Promise(setImmediate);
      controller.abort();
      const outcomes = {};
      for (const { name = 'ok' } of await Promise.all(all)) {
        outcomes[name] = (outcomes[name] ?? 0) + 1;
      }
      outcomes.early = (await early).name;
      await mover.drain();
      // Nothing is written any more, and nothing was written in part.
      const whole = targets.every((each) => each.equals(source) || each.equals(untouched));
      return [outcomes, whole, mover.stats().inFlight];`,
    );
    const [outcomes, whole, inFlight] = value;
    expect(outcomes).toMatchObject({ early: 'AbortError' });
    expect((outcomes['ok'] ?? 0) + (outcomes['AbortError'] ?? 0)).toBe(40);
    expect(outcomes['AbortError']).toBeGreaterThan(0);
    expect([whole, inFlight]).toEqual([true, 0]);
  });

  test.each<[name: string, options: string[], open: object]>([
    ['in a queue', slow, { path: 'hardware' }],
    ['in both paths', slow, { threshold: 8192 }],
    ['in line for a slot', slow, { path: 'hardware', depth: 2 }],
    ['on the CPU after a fault', ['--fault-every', '1'], { path: 'hardware' }],
    [
      'on the way to be tried again',
      ['--fault-every', '2'],
      { path: 'hardware', onFault: 'retry' },
    ],
    ['at a busy device', ['--busy-every', '2'], { path: 'hardware' }],
  ])('close() waits for what is %s, and takes no more', async (_name, options, open) => {
    const { value, stderr } = await onModel(
      [...queue, ...options],
      `const mover = await open(${JSON.stringify(open)});
      const source = Buffer.alloc(16384, 'close');
      const targets = buffers(40, 16384);
      let done = 0;
      for (const target of targets) void mover.copy(target, source).then(() => done++);
      const small = mover.copy(Buffer.alloc(64), Buffer.alloc(64));
      const closing = mover.close();
      const late = code(mover.copy(targets[0], source));
      const same = mover.close() === closing;
      await closing;
      const right = targets.every((target) => target.equals(source));
      return [done, right, small.done, same, await late, await code(mover.nop())];`,
    );
    expect(value).toEqual([40, true, true, true, 'ERR_MOVER_CLOSED', 'ERR_MOVER_CLOSED']);
    expect(stderr).toBe('');
  });

  test('a process that ends with work under way ends', async () => {
    const { value } = await onModel(
      [...queue, '--delay-ns', '50000000'],
      `const mover = await open({ path: 'hardware' });
      for (const target of buffers(40, 16384)) void mover.fill(target, 1);
      process.nextTick(() => process.exit(0));
      return 'ended';`,
    );
    expect(value).toBe('ended');
  });
});
