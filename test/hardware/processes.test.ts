import { join } from 'node:path';
import { describeWithModel, emulate } from '../support/device-model';

const shared = ['--queue', 'wq0.0:mode=shared,size=8'];
const dedicated = ['--queue', 'wq0.1:mode=dedicated,size=8'];

async function resultOf(role: string, options: readonly string[]): Promise<unknown> {
  const file = join(__dirname, 'children/processes.cjs');
  const { code, stdout, stderr, statistics } = await emulate(options, [
    process.execPath,
    file,
    role,
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const { overflows } of Object.values(statistics)) expect(overflows).toBe(0);
  return JSON.parse(stdout);
}

describeWithModel('processes that use the same queues', () => {
  const child = [50, 'by itself'];

  test.each([
    ['a shared one', shared],
    ['a shared one, and one that the first of them has', [...shared, ...dedicated]],
  ])('children of fork() and of a cluster open them for themselves: %s', async (_name, queues) => {
    const all = await resultOf('together', queues);
    expect(all).toEqual([50, child, child, child, child, 50]);
  });

  test.each([
    ['shared', shared],
    ['dedicated', dedicated],
  ])(
    'a worker of a cluster is killed in mid-flight, the next opens its queue: %s',
    async (_name, queues) => {
      const all = await resultOf('successors', [...queues, '--delay-ns', '20000']);
      expect(all).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL', 50]);
    },
  );
});
