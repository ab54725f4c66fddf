import { describeWithModel } from '../support/device-model';
import { onModel } from '../support/on-model';

const queue = (rest: string): string[] => ['--queue', `wq0.0:size=16,${rest}`];

interface Value {
  readonly right: number;
  readonly descriptors: number;
  readonly batches: number;
  readonly meanBatch: number;
}

/** Copies all at once, and what the mover counted. */
const run = (options: object): string => `
  const mover = await open({ path: 'hardware', ...${JSON.stringify(options)} });
  const right = await copies(mover, 24, 4096, {}, true);
  const { descriptors, batches, meanBatch } = mover.stats();
  await mover.close();
  return { right, descriptors, batches, meanBatch };`;

describeWithModel('batching', () => {
  test.each<[name: string, model: string, options: object, descriptors: number, batches: number]>([
    ['not said', 'max-batch=32', {}, 1, 1],
    ['in the microtask', 'max-batch=32', { batching: { gather: 'microtask' } }, 1, 1],
    ['in the next turn', 'max-batch=32', { batching: { gather: 'tick' } }, 1, 1],
    ['off', 'max-batch=32', { batching: { gather: 'off' } }, 24, 0],
    ['off, whatever the most', 'max-batch=32', { batching: { gather: 'off', max: 8 } }, 24, 0],
    ['eight at most', 'max-batch=32', { batching: { max: 8 } }, 3, 3],
    ['one at most', 'max-batch=32', { batching: { max: 1 } }, 24, 0],
    [
      'eight at most, in the next turn',
      'max-batch=32',
      { batching: { gather: 'tick', max: 8 } },
      3,
      3,
    ],
    ['as the queue takes them', 'max-batch=4', {}, 6, 6],
    ['a queue without batches', 'max-batch=1', {}, 24, 0],
    ['one slot', 'max-batch=32', { depth: 1 }, 24, 0],
    ['four slots', 'max-batch=32', { depth: 4 }, 6, 6],
  ])('%s', async (_name, model, options, descriptors, batches) => {
    const { value, queues } = await onModel<Value>(queue(model), run(options));
    const meanBatch = batches === 0 ? 0 : 24 / batches;
    expect(value).toEqual({ right: 24, descriptors, batches, meanBatch });
    const counted = queues['wq0.0']!;
    expect([counted.batches, counted.members]).toEqual([batches, batches === 0 ? 0 : 24]);
    expect(counted.overflows).toBe(0);
  });

  test.each<[options: object, code: string]>([
    [{ batching: 'off' }, 'ERR_INVALID_ARG_TYPE'],
    [{ batching: { gather: 'always' } }, 'ERR_INVALID_ARG_VALUE'],
    [{ batching: { most: 8 } }, 'ERR_INVALID_ARG_VALUE'],
    [{ batching: { max: 0 } }, 'ERR_OUT_OF_RANGE'],
    [{ batching: { max: 65537 } }, 'ERR_OUT_OF_RANGE'],
    [{ depth: 0 }, 'ERR_OUT_OF_RANGE'],
    [{ depth: 3 }, 'ERR_OUT_OF_RANGE'],
    [{ depth: 131072 }, 'ERR_OUT_OF_RANGE'],
  ])('%j is refused', async (options, code) => {
    const { value } = await onModel(
      queue('max-batch=1'),
      `return code(open(${JSON.stringify(options)}));`,
    );
    expect(value).toBe(code);
  });
});

describeWithModel('a queue of one entry', () => {
  test.each(['shared', 'dedicated'])('%s: many at once, and one at a time', async (mode) => {
    const { value, queues } = await onModel<[number, number, boolean]>(
      ['--queue', `wq0.0:size=1,mode=${mode},max-batch=1`, '--busy-every', '2'],
      `const mover = await open({ path: 'hardware', depth: 8 });
      let right = await copies(mover, 200, 2048, {}, true);
      for (let n = 0; n < 50; n++) {
        await mover.ready();
        void mover.fill(Buffer.alloc(64), 1).then(() => right++);
      }
      await mover.drain();
      const { inFlight, queueFull } = mover.stats();
      return [right, inFlight, queueFull > 0];`,
    );
    // Both say in their own way that they are full: the one refuses, the other has no credits.
    expect(value).toEqual([250, 0, true]);
    expect([queues['wq0.0']!.overflows, queues['wq0.0']!.mostAtOnce]).toEqual([0, 1]);
  });
});
