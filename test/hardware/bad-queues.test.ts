import { describeWithModel } from '../support/device-model';
import { busy, onModel } from '../support/on-model';

const queues = ['--queue', 'wq0.0:size=16', '--queue', 'wq0.1:size=16'];

const breaks: Readonly<Record<string, string>> = {
  'has no device file': `rmSync(device);`,
  'is a FIFO that nobody reads': `rmSync(device); execFileSync('mkfifo', [device]);`,
  'is a directory': `rmSync(device); mkdirSync(device);`,
  'is a link to itself': `rmSync(device); symlinkSync(device, device);`,
  'is disabled': `writeFileSync(attributes + '/state', 'disabled');`,
  'is of the kernel': `writeFileSync(attributes + '/type', 'kernel');`,
  'has no entries': `writeFileSync(attributes + '/size', '0');`,
  'is described by nonsense': `writeFileSync(attributes + '/size', 'many');
     writeFileSync(attributes + '/mode', '?');`,
};

/** Breaks one of the queues. */
const broken = (how: string, name = 'wq0.1'): string => `{
  const { execFileSync } = require('node:child_process');
  const { mkdirSync, rmSync, symlinkSync, writeFileSync } = require('node:fs');
  const device = process.env.DSA_DEV_PATH + '/${name}';
  const attributes = process.env.DSA_SYSFS_PATH + '/dsa0/${name}';
  ${how}
}`;

describeWithModel('a queue that', () => {
  test.each(Object.entries(breaks))('%s leaves the work to the other', async (_name, how) => {
    const answer = await onModel(
      queues,
      `${broken(how)}
      const mover = await open({ path: 'hardware', numa: 'any' });
      return [mover.name, await copies(mover, 20, 4096), mover.stats().lost];`,
    );
    expect(answer.value).toEqual(['hardware (wq0.0 mmap)', 20, 0]);
    expect(answer.stderr).toBe('');
    expect(busy(answer)).toEqual(['wq0.0']);
  });

  test.each(Object.entries(breaks))('%s, alone: software, or why not', async (_name, how) => {
    const { value } = await onModel<[{ code: string; message: string }, string, number]>(
      ['--queue', 'wq0.0:size=16'],
      `${broken(how, 'wq0.0')}
      const failure = await outcome(open({ path: 'hardware' }));
      const automatic = await open();
      return [failure, automatic.explain('copy', 1e6).path, await copies(automatic, 5, 65536)];`,
    );
    expect(value[0].code).toMatch(/^ERR_MOVER_NO_(DEVICE|PERMISSION)$/);
    expect(value[0].message).toMatch(/wq0\.0: /);
    expect(value.slice(1)).toEqual(['software', 5]);
  });
});

const nodes = [
  ...['--device', 'dsa0:numa=0', '--queue', 'wq0.0:size=16'],
  ...['--device', 'dsa1:numa=1', '--queue', 'wq1.0:size=16'],
];

describeWithModel('a node whose only queue is disabled', () => {
  test.each(['auto', 'hardware'] as const)('does not hold the others up, path %s', async (path) => {
    const { value, queues: counted } = await onModel(
      nodes,
      `const lost = [];
      process.on('warning', ({ message }) => lost.push(message.slice(0, 5)));
      const mover = await open({ path: '${path}', numa: 'any', timeoutMs: 600000 });
      const copy = (options) => code(mover.copy(...buffers(2, 16384), options));
      const before = await copy({ numa: 1 });
      await control('disable wq1.0');
      const demanded = [{ numa: 1, path: 'hardware' }, { numa: 0 }, { numa: 1 }, {}].map(copy);
      return [before, await Promise.all(demanded), await copies(mover, 5, 16384), lost];`,
    );
    // What may go to software does.
    const third = path === 'auto' ? 'ok' : 'ERR_MOVER_DEVICE';
    expect(value).toEqual(['ok', ['ERR_MOVER_DEVICE', 'ok', third, 'ok'], 5, ['wq1.0']]);
    expect(counted['wq0.0']!.completed).toBeGreaterThan(5);
  });
});

describeWithModel('a queue that is full now and then', () => {
  test('is not taken for one that answers no more, however long nothing was to be done', async () => {
    const { value, stderr } = await onModel<unknown>(
      ['--queue', 'wq0.0:mode=shared,size=16', '--busy-every', '2'],
      `
      // Longer than the timeout, before the first operation and between them.
      const pause = () => new Promise((resolve) => setTimeout(resolve, 150));
      await pause();
      const mover = await open({ path: 'hardware', timeoutMs: 100 });
      let right = 0;
      for (let turn = 0; turn < 6; turn++) {
        await pause();
        right += await copies(mover, 2, 4096, {}, true);
      }
      await mover.close();
      return right;`,
    );
    expect(value).toBe(12);
    expect(stderr).toBe('');
  });
});
