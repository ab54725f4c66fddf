import { describeWithModel } from '../support/device-model';
import { onModel } from '../support/on-model';

const queue = ['--queue', 'wq0.0:mode=shared,size=16'];

/** What a script can use: nothing but a poll by hand has a turn meanwhile. */
const byHand = `
  const { Runtime } = library;
  const pass = (ms) => { for (const end = performance.now() + ms; performance.now() < end;); };
  const bytes = 5000;
  const source = Buffer.alloc(bytes, 1);
  const copy = (m) => m.copy(Buffer.alloc(bytes), source);
  process.on('warning', () => undefined);
`;

// The event loop sleeps after a look that found nothing. What a turn began or freed and did not look at
// itself, nobody wakes it for.
describeWithModel('a turn leaves nothing behind', () => {
  test('queues take nothing any more: what goes on the spot instead is complete', async () => {
    const { value } = await onModel<number[]>(
      queue,
      `${byHand}
      const m = await open({ path: 'auto', threshold: 0, timeoutMs: 150, depth: 8 });
      await control('set busy-every 1');
      const futures = Array.from({ length: 8 }, () => copy(m));
      const before = Runtime.default.poll();
      pass(300);
      const after = Runtime.default.poll();
      const done = futures.filter((future) => future.done).length;
      await Promise.all(futures);
      await m.close();
      return [before, after, done];`,
    );
    expect(value).toEqual([0, 8, 8]);
  });

  test('queues do not answer any more: who waited for a slot begins', async () => {
    const { value } = await onModel<unknown>(
      queue,
      `${byHand}
      const m = await open({ path: 'auto', threshold: 0, timeoutMs: 150, depth: 4 });
      await control('set stuck 1');
      const lost = Array.from({ length: 4 }, () => copy(m));
      const waiting = copy(m);
      Runtime.default.poll();
      pass(300);
      const before = waiting.state;
      Runtime.default.poll();
      const after = waiting.state;
      const codes = await Promise.all(lost.map(code));
      await waiting;
      await control('set stuck 0');
      await m.close();
      return { before, begun: after !== 0, codes };`,
    );
    expect(value).toEqual({ before: 0, begun: true, codes: Array(4).fill('ERR_MOVER_DEVICE') });
  });

  // Each looks at one job, and sees for all that have ended that the device has answered.
  test.each([
    ['a poll of what finds no room', 'lazy.poll()'],
    ['a poll of the runtime', 'Runtime.default.poll(1)'],
    ['a look at a channel', 'channel.completed(new Uint32Array(1))'],
  ])('%s: the others that have ended are seen to', async (_name, look) => {
    const { value } = await onModel<number>(
      ['--delay-ns', '20000000', ...queue],
      `${byHand}
      let late = 0;
      for (let round = 0; round < 8; round++) {
        const m = await open({ path: 'hardware', depth: 4 });
        const channel = m.channel({ depth: 1 });
        const target = m.register(Buffer.alloc(bytes));
        channel.copy(target, 0, m.register(source), 0, bytes);
        const targets = buffers(3, bytes);
        const futures = targets.map((one) => m.copy(one, source));
        const lazy = m.futures.nop();
        const ended = Promise.all(futures.map((future) => future.promise()));
        // The loop sleeps then, and so does the thread that looks after the device meanwhile.
        await new Promise((resolve) => setTimeout(resolve, 5));
        while (![target.bytes, ...targets].every((one) => one[bytes - 1] === 1)) pass(0.01);
        pass(0.1);
        ${look};
        let timer;
        const limit = new Promise((resolve) => (timer = setTimeout(resolve, 1000, true)));
        if (await Promise.race([ended, limit]) === true) late++;
        clearTimeout(timer);
        await m.close();
      }
      return late;`,
    );
    expect(value).toBe(0);
  });
});
