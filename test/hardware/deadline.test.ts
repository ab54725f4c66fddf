import { describeWithModel } from '../support/device-model';
import { onModel } from '../support/on-model';

const queue = ['--queue', 'wq0.0:mode=shared,size=16,max-batch=4'];

/** Waits for something, with a copy now and then, since queues are looked after while there is work. */
const until = `
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const until = async (condition) => {
    for (let tries = 0; tries < 400 && !condition(); tries++) {
      await outcome(mover.copy(Buffer.alloc(65536), Buffer.alloc(65536)));
      await pause(20);
    }
  };`;

describeWithModel('an operation with a limit, and a device that does not answer', () => {
  test('fails in time; the device writes its memory later all the same', async () => {
    const { value } = await onModel<unknown[]>(
      queue,
      `
      const mover = await open({ path: 'hardware', timeoutMs: 60000 });
      await control('set stuck 1');
      const [target, source] = [Buffer.alloc(65536), Buffer.alloc(65536, 'late')];
      const failed = await code(mover.copy(target, source, { timeoutMs: 50 }));
      const before = [mover.stats().inFlight, target.equals(source)];
      await control('set stuck 0');
      await mover.drain();
      const { inFlight, lost, quarantined } = mover.stats();
      const right = await copies(mover, 3, 65536);
      await mover.close();
      return [failed, before, target.equals(source), { inFlight, lost, quarantined }, right];`,
    );
    expect(value).toEqual([
      'ERR_MOVER_TIMEOUT',
      [1, false],
      true,
      { inFlight: 0, lost: 0, quarantined: 0 },
      3,
    ]);
  });

  test('a signal alone rejects no sooner than the device is given up', async () => {
    const { value } = await onModel<unknown[]>(
      queue,
      `
      const mover = await open({ path: 'hardware', timeoutMs: 300 });
      await control('set stuck 1');
      const buffers = [Buffer.alloc(65536), Buffer.alloc(65536)];
      return [await code(mover.copy(...buffers, { signal: AbortSignal.timeout(20) }))];`,
    );
    expect(value).toEqual(['ERR_MOVER_DEVICE']);
  });

  test('what the device never answers is quarantined; the mover says that it is degraded', async () => {
    const { value } = await onModel<unknown[]>(
      queue,
      `${until}
      const mover = await open({ path: 'auto', timeoutMs: 300 });
      const whole = mover.stats();
      await control('set stuck 1');
      const failed = await code(
        mover.copy(Buffer.alloc(65536), Buffer.alloc(65536), { timeoutMs: 20 }));
      await until(() => mover.stats().queues.failed.length > 0);
      const degraded = mover.stats();
      // Software goes on.
      const right = await copies(mover, 3, 65536, { timeoutMs: 60000 });
      await control('set stuck 0');
      await until(() => mover.stats().queues.serving.length > 0);
      await until(() => mover.stats().quarantined === 0);
      const recovered = mover.stats();
      await mover.close();
      const { queues } = mover.stats();
      return [failed, right, queues, ...[whole, degraded, recovered].map(
        ({ queues: { serving, failed, losses, returns }, quarantined }) =>
          [serving, failed, losses > 0, returns > 0, quarantined > 0])];`,
    );
    expect(value).toEqual([
      'ERR_MOVER_TIMEOUT',
      3,
      expect.objectContaining({ serving: [], failed: [] }),
      [['wq0.0'], [], false, false, false],
      [[], ['wq0.0'], true, false, true],
      [['wq0.0'], [], true, true, false],
    ]);
  });
});
