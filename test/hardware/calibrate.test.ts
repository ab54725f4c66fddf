import { describeWithModel } from '../support/device-model';
import { onModel } from '../support/on-model';

const queue = ['--queue', 'wq0.0:size=16'];

/** Thresholds of some operations, with text for what JSON cannot say. */
const explained = `
  const explained = (mover) => ['copy', 'crc32c', 'copyCrc32c', 'fill', 'nop'].map(
    (op) => String(mover.explain(op, 1).threshold));`;
const defaults = ['8192', '32768', '16384', '8192', 'Infinity'];

describeWithModel('calibrate beside a device', () => {
  test.each<[name: string, options: string[]]>([
    ['that works', []],
    ['that stops at faults', ['--fault-every', '5']],
    ['that is busy', ['--busy-every', '3']],
    ['that is reached by write()', ['--mmap-errno', '1']],
  ])('%s', async (_name, options) => {
    const { value, queues } = await onModel<[object, object, number, number]>(
      [...queue, ...options],
      `${explained}
      const mover = await open();
      const found = await calibrate(mover, { budgetMs: 50 });
      const returned = ['copy', 'crc32c', 'copyCrc32c', 'fill', 'nop'].map(
        (op) => String(found[op].threshold));
      return [returned, explained(mover), await copies(mover, 5, 65536), mover.stats().inFlight];`,
    );
    expect(value[0]).toEqual(value[1]);
    expect(value.slice(2)).toEqual([5, 0]);
    expect(queues['wq0.0']!.overflows).toBe(0);
  });

  test('the mover of the agent is opened for it', async () => {
    const { value } = await onModel<string[]>(
      queue,
      `const before = mover.name;
      await calibrate(mover, { budgetMs: 10 });
      return [before, mover.name];`,
    );
    expect(value[0]).not.toMatch('wq0.0');
    expect(value[1]).toMatch('wq0.0');
  });

  test('that loses what it is given: it fails, and all is as before', async () => {
    const { value } = await onModel(
      [...queue, '--lose-every', '8'],
      `${explained}
      process.on('warning', () => {});
      const mover = await open({ timeoutMs: 100 });
      const outcome = await code(calibrate(mover, { budgetMs: 500 }));
      return [outcome, explained(mover), await copies(mover, 5, 1024)];`,
    );
    expect(value).toEqual(['ERR_MOVER_DEVICE', defaults, 5]);
  });

  test('that is disabled meanwhile: it fails, and software does the work', async () => {
    const { value } = await onModel(
      queue,
      `${explained}
      process.on('warning', () => {});
      const mover = await open({ timeoutMs: 100 });
      const calibration = code(calibrate(mover, { budgetMs: 60000 }));
      await mover.nop();
      await control('disable wq0.0');
      return [await calibration, explained(mover), await copies(mover, 5, 65536)];`,
    );
    expect(value).toEqual(['ERR_MOVER_DEVICE', defaults, 5]);
  });
});

/** A device without CRC: no model is one, so the tree says it. */
const noCrc = `
  const { writeFileSync } = require('node:fs');
  const { DSA_SYSFS_PATH } = process.env;
  writeFileSync(DSA_SYSFS_PATH + '/dsa0/wq0.0/op_config', '00000001,003c03ff');`;

describeWithModel('a device that lacks operations', () => {
  test('calibrate: what it lacks never goes there', async () => {
    const { value } = await onModel<string[]>(
      queue,
      `${noCrc} ${explained}
      const mover = await open();
      await calibrate(mover, { budgetMs: 20 });
      return explained(mover);`,
    );
    expect(value.slice(1, 3)).toEqual(['Infinity', 'Infinity']);
  });

  test('software does it where it may; else it is refused before the device sees it', async () => {
    const { value, queues } = await onModel(
      queue,
      `${noCrc}
      const automatic = await open({ threshold: 0 });
      const [source] = buffers(1, 65536);
      const alone = await open({ path: 'hardware' });
      const { path, why } = automatic.explain('crc32c', 65536);
      return [
        path, why,
        await code(automatic.crc32c(source)),
        await code(automatic.crc32c(source, { path: 'hardware' })),
        await code(alone.crc32c(source)),
        await code(automatic.copy(Buffer.alloc(65536), source, { path: 'hardware' })),
        [automatic, alone].map((mover) => mover.supports({ op: 'crc32c' })),
      ];`,
    );
    expect(value).toEqual([
      ...['software', 'crc32c never goes to hardware'],
      ...['ok', 'ERR_MOVER_UNSUPPORTED', 'ERR_MOVER_UNSUPPORTED', 'ok'],
      [true, false],
    ]);
    expect(queues['wq0.0']!.submitted).toBeLessThanOrEqual(4);
  });
});
