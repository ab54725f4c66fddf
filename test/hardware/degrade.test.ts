import { describeWithModel, emulate } from '../support/device-model';
import { onModel } from '../support/on-model';

const children = 'test/hardware/children';

/** What the program printed, and the statuses with which its device ended descriptors. */
async function run(options: string[], child: string, ...args: string[]) {
  const { code, stdout, stderr, statistics } = await emulate(options, [
    ...[process.execPath, '--no-warnings', '--expose-gc', `${children}/${child}`],
    ...args,
  ]);
  expect([code, stderr]).toEqual([0, '']);
  return { lines: stdout.trim().split('\n'), statistics };
}

const queue = ['--queue', 'wq0.0:mode=shared,size=16,max-batch=4'];

describeWithModel('a device that fails', () => {
  test('with all slots: software goes on in others', async () => {
    const { lines } = await run(queue, 'degrade.cjs', 'slots');
    expect(lines).toEqual([
      'DATAMOVER_QUEUE_LOST',
      Array<string>(4).fill('ERR_MOVER_DEVICE').join(),
      Array<string>(9).fill('right').join(),
    ]);
  });

  test('before all pieces of a job were submitted: the CPU moves the rest', async () => {
    const { lines } = await run(queue, 'degrade.cjs', 'pieces');
    expect(lines).toEqual(['DATAMOVER_QUEUE_LOST', 'right']);
  });

  test('and takes nothing any more, while software always has work: the CPU does what waits', async () => {
    const { value } = await onModel<boolean>(
      ['--queue', 'wq0.0:mode=shared,size=16'],
      `const m = await open({ path: 'auto', threshold: 4096, timeoutMs: 500 });
      process.on('warning', () => undefined);
      await control('set busy-every 1');
      const [small, large] = buffers(2, 8192);
      const future = m.copy(large, Buffer.alloc(8192));
      const end = performance.now() + 5000;
      while (!future.done && performance.now() < end) {
        await m.fill(small.subarray(0, 64), 1);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      const { done } = future;
      await m.close();
      return done;`,
    );
    expect(value).toBe(true);
  });

  test('and is held by a mover that is idle: it comes back for others', async () => {
    const dedicated = ['--queue', 'wq0.0:mode=dedicated,size=16'];
    const { lines } = await run(dedicated, 'degrade.cjs', 'idle');
    expect(lines.filter((line) => !line.startsWith('DATAMOVER'))).toEqual([
      'ERR_MOVER_DEVICE',
      'right',
    ]);
    expect(lines).toContain('DATAMOVER_QUEUE_BACK');
  });

  test('that its node has no other: what was bound to the node fails, the rest goes on', async () => {
    const device = (n: number): string[] => [
      ...['--device', `dsa${n}:numa=${n}`],
      ...['--queue', `wq${n}.0:mode=shared,size=16`],
    ];
    const { lines } = await run([...device(0), ...device(1)], 'degrade.cjs', 'node');
    expect(lines).toEqual(['right', 'DATAMOVER_QUEUE_LOST', 'ERR_MOVER_DEVICE,right,right']);
  });

  test('at batches alone: jobs go by themselves', async () => {
    const { lines, statistics } = await run(queue, 'degrade.cjs', 'batches');
    expect(lines).toEqual([Array<string>(8).fill('right').join()]);
    expect(statistics['wq0.0']).toMatchObject({ batches: 0, statuses: { 1: 9 } });
  });

  test.each(['closed', 'worker', 'worker close'])(
    'keeps the memory that it may still write, mover: %p',
    async (how) => {
      const { lines } = await run(queue, 'lost-memory.cjs', ...how.split(' '));
      // A status of a page fault would say that the memory was gone.
      expect(Object.keys(JSON.parse(lines.at(-1)!) as object)).toEqual(['1']);
    },
  );
});

describeWithModel('two copies of the library', () => {
  test('are woken each by its own jobs', async () => {
    const second = ['--queue', 'wq0.1:mode=shared,size=16'];
    const options = ['--delay-ns', '3000000', '--bandwidth', '50', ...queue, ...second];
    const { lines } = await run(options, 'degrade.cjs', 'twice');
    expect(lines).toEqual(['false right right']);
  });
});
