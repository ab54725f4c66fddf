import { describeWithModel } from '../support/device-model';
import { onModel } from '../support/on-model';

const queues = ['--queue', 'wq0.0:size=16', '--queue', 'wq0.1:mode=dedicated,size=8'];
const refused = ['--mmap-errno', '1'];
const fifo = ['--queue', 'wq0.0:size=16,front=fifo'];

const run = (submit: string): string => `
  const mover = await open({ path: 'hardware', submit: ${JSON.stringify(submit)} });
  const right = await copies(mover, 50, 4096, {}, true);
  const { descriptors, lost } = mover.stats();
  await mover.close();
  return { name: mover.name, right, any: descriptors > 0, lost };`;

describeWithModel('submit', () => {
  test.each<[submit: string, where: string, options: string[], name: string]>([
    ['auto', 'portals can be mapped', queues, 'hardware (wq0.0 mmap, wq0.1 mmap)'],
    ['mmap', 'portals can be mapped', queues, 'hardware (wq0.0 mmap, wq0.1 mmap)'],
    ['write', 'portals can be mapped', queues, 'hardware (wq0.0 write, wq0.1 write)'],
    ['auto', 'mapping is refused', [...queues, ...refused], 'hardware (wq0.0 write, wq0.1 write)'],
    ['write', 'mapping is refused', [...queues, ...refused], 'hardware (wq0.0 write, wq0.1 write)'],
    ['auto', 'the queue is a FIFO', fifo, 'hardware (wq0.0 write)'],
    ['write', 'the queue is a FIFO', fifo, 'hardware (wq0.0 write)'],
  ])('%s where %s', async (submit, _where, options, name) => {
    const { value, queues: counted } = await onModel(options, run(submit));
    expect(value).toEqual({ name, right: 50, any: true, lost: 0 });
    for (const { overflows } of Object.values(counted)) expect(overflows).toBe(0);
  });

  test.each<[where: string, options: string[], code: string, message: RegExp]>([
    [
      'mapping is refused',
      [...queues, ...refused],
      'ERR_MOVER_NO_PERMISSION',
      /CAP_SYS_RAWIO.*EPERM/,
    ],
    ['mapping fails', [...queues, '--mmap-errno', '12'], 'ERR_MOVER_NO_DEVICE', /mapped.*ENOMEM/],
    ['the queue is a FIFO', fifo, 'ERR_MOVER_NO_DEVICE', /mapped/],
  ])('mmap where %s: no hardware, and the reason', async (_where, options, code, message) => {
    const { value } = await onModel<[{ code: string; message: string }, string, number]>(
      options,
      `const failure = await outcome(open({ path: 'hardware', submit: 'mmap' }));
      const automatic = await open({ submit: 'mmap' });
      return [failure, automatic.explain('copy', 1e6).path, await copies(automatic, 5, 65536)];`,
    );
    expect(value[0].code).toBe(code);
    expect(value[0].message).toMatch(message);
    expect(value.slice(1)).toEqual(['software', 5]);
  });

  test('nonsense is refused, whatever the path', async () => {
    const { value } = await onModel(
      queues,
      `const outcomes = [];
      for (const path of ['auto', 'hardware', 'software']) {
        for (const submit of ['portal', null, 1]) outcomes.push(await code(open({ path, submit })));
      }
      return [...new Set(outcomes)];`,
    );
    expect(value).toEqual(['ERR_INVALID_ARG_VALUE']);
  });
});
