import { describeWithModel } from '../support/device-model';
import { onModel } from '../support/on-model';

interface Value {
  readonly results: readonly { ok: boolean; completed: number }[];
  readonly right: boolean;
  readonly batches: number;
  readonly descriptors: number;
}

/** A source that is copied on from buffer to buffer, `width` at a time, with fences between. */
const run = (options: object, width: number, bytes: number): string => `
  const mover = await open({ path: 'hardware', ...${JSON.stringify(options)} });
  const before = mover.stats();
  const rows = [0, 1, 2, 3].map((row) => buffers(${String(width)}, ${String(bytes)}));
  rows[0].forEach((source, index) => source.fill(index + 1));
  const result = await mover.batch((b) => {
    for (const row of [1, 2, 3]) {
      rows[row].forEach((target, index) => b.copy(target, rows[row - 1][index]));
      b.fence();
    }
    rows[3].forEach((target, index) => b.compare(target, rows[0][index], { expect: 'equal' }));
  });
  const { batches, descriptors } = mover.stats();
  await mover.close();
  const right = rows[3].every((target, index) => target.every((byte) => byte === index + 1));
  return { results: [result], right, batches: batches - before.batches,
    descriptors: descriptors - before.descriptors };`;

describeWithModel('batches by hand', () => {
  test.each<[name: string, model: string, options: object, batches: number, descriptors: number]>([
    ['a group is a batch', 'max-batch=32', {}, 4, 4],
    [
      'a group is a batch where jobs are not gathered',
      'max-batch=32',
      { batching: { gather: 'off' } },
      4,
      4,
    ],
    ['as the queue takes them', 'max-batch=4', {}, 12, 12],
    ['a queue without batches', 'max-batch=1', {}, 0, 48],
  ])('%s', async (_name, model, options, batches, descriptors) => {
    const queue = ['--queue', `wq0.0:size=16,${model}`];
    const { value, queues } = await onModel<Value>(queue, run(options, 12, 4096));
    expect(value.results).toEqual([{ completed: 48, ok: true }]);
    expect(value).toMatchObject({ right: true, batches, descriptors });
    expect(queues['wq0.0']!.batches).toBe(batches);
  });

  test.each([
    ['faults', ['--fault-every', '3']],
    ['faults and reordering', ['--fault-every', '2', '--reorder', '8']],
  ])('fences hold through %s', async (_name, options) => {
    const { value } = await onModel<Value>(options, run({}, 20, 40_000));
    expect(value.results).toEqual([{ completed: 80, ok: true }]);
    expect(value.right).toBe(true);
  });

  test('a fault that is an error holds up the fence', async () => {
    const { value } = await onModel<{ codes: string[]; written: number; index: number }>(
      ['--fault-every', '1'],
      `
      const mover = await open({ path: 'hardware' });
      const [a, b] = buffers(2, 100_000);
      const members = [];
      const { ok, firstError } = await mover.batch((batch) => {
        members.push(batch.fill(a, 1, { onFault: 'error' }));
        batch.fence();
        members.push(batch.fill(b, 2));
      });
      await mover.close();
      return { ok, codes: members.map(({ error }) => error?.code), index: firstError.index,
        written: b.filter((byte) => byte === 2).length };`,
    );
    expect(value).toEqual({
      ok: false,
      codes: ['ERR_MOVER_PAGE_FAULT', 'ERR_MOVER_NOT_ATTEMPTED'],
      index: 0,
      written: 0,
    });
  });
});
