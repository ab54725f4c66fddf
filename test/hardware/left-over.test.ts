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
});
