import { describeWithModel } from '../support/device-model';
import { onModel } from '../support/on-model';

const blocks = ['--queue', 'wq0.0:size=16,bof=1'];
const doesNot = ['--queue', 'wq0.1:size=16'];
const real = ['--real-faults'];

/** Copies memory that the system has not given yet, with the options; whether it came out right. */
const copy = `
  const copy = async (mover, options) => {
    const [target, source] = [Buffer.alloc(2 ** 23), Buffer.alloc(2 ** 23)];
    const result = await code(mover.copy(target, source, options));
    const { faults, descriptors } = mover.stats();
    return [result, faults.read + faults.write > 0 ? 'faults' : 'none', descriptors > 0];
  };`;

type Outcome = readonly [outcome: string, faults: 'faults' | 'none', hardware: boolean];

describeWithModel('blockOnFault', () => {
  const unsupported = 'ERR_MOVER_UNSUPPORTED';

  test.each<[name: string, queues: string[], open: object, each: object, expected: Outcome]>([
    ['not asked for', blocks, {}, {}, ['ok', 'faults', true]],
    ['asked for', blocks, {}, { blockOnFault: true }, ['ok', 'none', true]],
    ['asked not to', blocks, {}, { blockOnFault: false }, ['ok', 'faults', true]],
    [
      'asked for on hardware',
      blocks,
      { path: 'hardware' },
      { blockOnFault: true },
      ['ok', 'none', true],
    ],
    ['the queue cannot: software can', doesNot, {}, { blockOnFault: true }, ['ok', 'none', false]],
    [
      'the queue cannot, and hardware is demanded',
      doesNot,
      {},
      { blockOnFault: true, path: 'hardware' },
      [unsupported, 'none', false],
    ],
    [
      'the queue cannot, and there is nothing else',
      doesNot,
      { path: 'hardware' },
      { blockOnFault: true },
      [unsupported, 'none', false],
    ],
    [
      'one of two queues cannot: software can',
      [...blocks, ...doesNot],
      {},
      { blockOnFault: true },
      ['ok', 'none', false],
    ],
    [
      'one of two queues cannot, and hardware is demanded',
      [...blocks, ...doesNot],
      {},
      { blockOnFault: true, path: 'hardware' },
      [unsupported, 'none', false],
    ],
    [
      'two queues, of which the one that can is named',
      [...blocks, ...doesNot],
      { queues: ['wq0.0'], path: 'hardware' },
      { blockOnFault: true },
      ['ok', 'none', true],
    ],
  ])('%s', async (_name, queues, open, each, expected) => {
    const { value } = await onModel(
      [...queues, ...real],
      `${copy}
      return copy(await open(${JSON.stringify(open)}), ${JSON.stringify(each)});`,
    );
    expect(value).toEqual(expected);
  });

  test('explain() and the view of it agree with what happens', async () => {
    const { value } = await onModel(
      [...doesNot, ...real],
      `${copy}
      const mover = await open();
      const view = mover.with({ blockOnFault: true });
      const { path, why } = view.explain('copy', 2 ** 23);
      return [path, why, ...(await copy(view, {})), mover.capabilities.blockOnFault];`,
    );
    const why = 'not all of its work queues can honour the options';
    expect(value).toEqual(['software', why, 'ok', 'none', false, true]);
  });
});

describeWithModel('cache', () => {
  test.each(['auto', 'llc', 'memory'])('%s: every operation is right', async (cache) => {
    const { value } = await onModel(
      [...blocks],
      `const mover = (await open({ path: 'hardware' })).with({ cache: '${cache}' });
      const [target, second, source] = buffers(3, 100000);
      source.fill('cached');
      const right = [await copies(mover, 3, 100000)];
      await mover.fill(target, 5);
      right.push(target.equals(Buffer.alloc(100000, 5)));
      await mover.move(target, source);
      right.push((await mover.compare(target, source)).equal);
      right.push((await mover.crc32c(source)) === (await mover.copyCrc32c(second, source)));
      await mover.flush(target);
      await mover.nop();
      return [...right, mover.capabilities.cacheHint, mover.supports({ cacheHint: true })];`,
    );
    expect(value).toEqual([3, true, true, true, true, true]);
  });

  test('a mover that may use software does not promise to obey', async () => {
    const { value } = await onModel<unknown>(
      blocks,
      `const mover = await open();
      return [mover.capabilities.cacheHint, await code(mover.nop({ cache: 'l2' }))];`,
    );
    expect(value).toEqual([false, 'ERR_INVALID_ARG_VALUE']);
  });
});

describeWithModel('durable and readback', () => {
  test.each(['durable', 'readback'])(
    '%s is honoured where the device can read back',
    async (option) => {
      const { value } = await onModel<unknown>(
        blocks,
        `const mover = await open({ path: 'hardware', batching: { gather: 'off' } });
      const [a, b] = buffers(2, 8192);
      b.fill(1);
      for (const value of [true, false, true]) await mover.copy(a, b, { ${option}: value });
      await mover.dif.insert(Buffer.alloc(8320), b, {}, { ${option}: true });
      await mover.compare(a, b, { ${option}: true });
      await mover.close();
      return [a.equals(b), mover.capabilities.${option}];`,
      );
      expect(value).toEqual([true, true]);
    },
  );
});
