import { existsSync } from 'node:fs';
import { describeWithModel } from '../support/device-model';
import { busy, onModel } from '../support/on-model';

const devices = ['--device', 'dsa0:numa=0', '--device', 'dsa1:numa=1'];
const queues = ['--queue', 'wq0.0:size=16', '--queue', 'wq1.0:size=16'];
const both = ['wq0.0', 'wq1.0'];

/** Where there are several nodes, one cannot say on which the test runs. */
const oneNode = !existsSync('/sys/devices/system/node/node1');

const run = (open: object, each: object = {}): string => `
  const mover = await open({ path: 'hardware', ...${JSON.stringify(open)} });
  const right = await copies(mover, 20, 4096, ${JSON.stringify(each)});
  await mover.close();
  return { right, nodes: [...mover.capabilities.numaNodes].sort() };`;

type Case = readonly [name: string, open: object, each: object, busy: string[], nodes: number[]];

const cases: readonly Case[] = [
  ['anybody', { numa: 'any' }, {}, both, [0, 1]],
  ['node 0', { numa: 0 }, {}, ['wq0.0'], [0]],
  ['node 1', { numa: 1 }, {}, ['wq1.0'], [1]],
  ['node 1, by its queue', { queues: ['wq1.0'] }, {}, ['wq1.0'], [1]],
  ['both, by their queues', { queues: both, numa: 'any' }, {}, both, [0, 1]],
  ['a queue that is not there beside one', { queues: ['wq1.0', 'wq9.9'] }, {}, ['wq1.0'], [1]],
  ['anybody, each operation on node 1', { numa: 'any' }, { numa: 1 }, ['wq1.0'], [0, 1]],
  ['anybody, each operation on node 0', { numa: 'any' }, { numa: 0 }, ['wq0.0'], [0, 1]],
  ['the own node, each operation anywhere', {}, { numa: 'any' }, both, [0, 1]],
];
const onOneNode: readonly Case[] = [
  ['the own node', {}, {}, ['wq0.0'], [0, 1]],
  ['the own node, by name', { numa: 'local' }, {}, ['wq0.0'], [0, 1]],
  ['anybody, where the data is', { numa: 'any' }, { numa: 'data' }, ['wq0.0'], [0, 1]],
];

describeWithModel('whose queues serve', () => {
  test.each([...cases, ...(oneNode ? onOneNode : [])])(
    '%s',
    async (_name, open, each, at, nodes) => {
      const answer = await onModel([...devices, ...queues], run(open, each));
      expect(answer.value).toEqual({ right: 20, nodes });
      expect(busy(answer)).toEqual(at);
    },
  );

  test('where the node of the thread has no queue, another serves', async () => {
    const options = ['--device', 'dsa0:numa=41', '--queue', 'wq0.0:size=16'];
    const answer = await onModel(options, run({ numa: 'local' }));
    expect([answer.value, busy(answer)]).toEqual([{ right: 20, nodes: [41] }, ['wq0.0']]);
  });

  test('a device that does not say where it is serves all but those that demand a node', async () => {
    const options = ['--queue', 'wq0.0:size=16'];
    const { value } = await onModel(
      options,
      `const mover = await open({ path: 'hardware' });
      const outcomes = [];
      for (const numa of ['any', 'data', 0, -1, 1.5, 'local']) {
        outcomes.push(await code(mover.copy(...buffers(2, 64), { numa })));
      }
      return outcomes;`,
    );
    expect(value).toEqual([
      ...['ok', 'ok', 'ERR_MOVER_UNSUPPORTED'],
      ...['ERR_OUT_OF_RANGE', 'ERR_OUT_OF_RANGE', 'ERR_INVALID_ARG_VALUE'],
    ]);
  });

  test.each<[options: object, why: RegExp]>([
    [{ numa: 7 }, /wq0\.0: it is on NUMA node 0; wq1\.0: it is on NUMA node 1/],
    [{ queues: ['wq9.9'] }, /wq9\.9: there is no such queue/],
    [{ queues: ['wq0.0'], numa: 1 }, /wq0\.0: it is on NUMA node 0/],
  ])('%j fails on path hardware and says why; auto goes without', async (options, why) => {
    const { value } = await onModel<readonly { code: string; message: string; name: string }[]>(
      [...devices, ...queues],
      `const options = ${JSON.stringify(options)};
      const automatic = await open(options);
      return [await outcome(open({ path: 'hardware', ...options })), automatic.explain('copy', 1e6)];`,
    );
    expect(value[0]).toMatchObject({ code: 'ERR_MOVER_NO_DEVICE' });
    expect(value[0]!.message).toMatch(why);
    expect(value[1]).toMatchObject({ path: 'software' });
  });
});

describeWithModel('priorities', () => {
  const queue = (name: string, priority: number, rest: string): string[] => [
    ...['--queue', `${name}:priority=${String(priority)},${rest}`],
  ];

  test('the highest is used alone, as long as it has room', async () => {
    const options = [...queue('wq0.0', 1, 'size=16'), ...queue('wq0.1', 15, 'size=16')];
    expect(busy(await onModel(options, run({})))).toEqual(['wq0.1']);
  });

  test('the next helps out where it is full', async () => {
    const one = 'mode=dedicated,size=1,max-batch=1';
    const answer = await onModel<number>(
      [...queue('wq0.0', 1, 'size=16,max-batch=1'), ...queue('wq0.1', 15, one)],
      `const mover = await open({ path: 'hardware' });
      let right = 0;
      for (let turn = 0; turn < 20; turn++) right += await copies(mover, 2, 4096, {}, true);
      return right;`,
    );
    expect([answer.value, busy(answer)]).toEqual([40, ['wq0.0', 'wq0.1']]);
  });

  test('equals take turns', async () => {
    const options = [...queue('wq0.0', 10, 'size=16'), ...queue('wq0.1', 10, 'size=16')];
    const answer = await onModel(options, run({}));
    const submitted = Object.values(answer.queues).map((counted) => counted.submitted);
    expect(Math.abs(submitted[0]! - submitted[1]!)).toBeLessThanOrEqual(1);
  });
});
