import {
  MoverError,
  Notifier,
  Runtime,
  moverFrom,
  syncMover,
  threadsMover,
  type Future,
  type Mover,
  type OpName,
  type SequenceBuilder,
} from '../../lib';
import { operationNames } from '../../lib/movers/capabilities';
import { delegatingMover } from '../conformance/delegating';

const movers: readonly [string, () => Mover][] = [
  ['inline', () => syncMover()],
  ['threads', () => threadsMover({ threads: 2 })],
  ['two slots', () => threadsMover({ threads: 1, ring: 2 })],
  ['custom', () => delegatingMover()],
];

const LARGE = 4_000_000;

const closed = expect.objectContaining({ code: 'ERR_MOVER_CLOSED' }) as Error;
const notAttempted = expect.objectContaining({ code: 'ERR_MOVER_NOT_ATTEMPTED' }) as Error;

const errorsOf = (steps: readonly Future<unknown>[]): unknown[] => steps.map(({ error }) => error);

/** Two steps, one after the other, on the same memory. */
function twice(s: SequenceBuilder, target: Buffer): Future<unknown>[] {
  const bytes = target.length;
  return [s.ops.fill(target, 1), s.ops.compare(target, Buffer.alloc(bytes)), s.ops.fill(target, 2)];
}

describe.each(movers)('%s', (_name, make) => {
  let mover: Mover;
  beforeEach(() => {
    mover = make();
  });
  afterEach(() => mover.close());

  test('nothing begins before the run, that of a lazy mover not before a poll', async () => {
    const target = Buffer.alloc(100);
    const s = mover.futures.sequence();
    const steps = twice(s, target);
    expect(steps.map((step) => step.poll())).toEqual([0, 0, 0]);
    const run = s.run();
    await new Promise(setImmediate);
    expect([run.state, target[0]]).toEqual([0, 0]);
    while (!steps[2]!.done) steps[2]!.poll();
    expect(target[99]).toBe(2);
    expect(await run).toEqual({ steps: 3, elided: 0 });
  });

  test('who waits for a step before the run gets its result', async () => {
    const s = mover.sequence();
    const source = Buffer.from('123456789');
    const tmp = s.scratch(9);
    const copy = s.ops.copy(tmp, source).promise();
    const sum = s.ops.crc32c(tmp).promise();
    const woken: string[] = [];
    const notifier = new Notifier({ wake: () => woken.push('woken') });
    expect(s.ops.nop().poll(notifier)).toBe(0);
    await new Promise(setImmediate);
    expect(woken).toEqual([]);
    void s.run();
    expect(await copy).toBe(tmp);
    expect(await sum).toBe(0xe3069283);
    expect(woken).toEqual(['woken']);
  });

  test('who waits for a step of a lazy sequence begins it', async () => {
    const s = mover.futures.sequence();
    const before = s.ops.fill(Buffer.alloc(10), 1).promise();
    const step = s.ops.fill(Buffer.alloc(10), 2);
    s.run();
    expect((await before)[9]).toBe(1);
    expect((await step)[9]).toBe(2);
  });

  test('a sequence that has begun goes to its end, and closing waits for it', async () => {
    const target = Buffer.alloc(LARGE);
    const s = mover.futures.sequence();
    const steps = twice(s, target);
    s.run().poll();
    const idle = mover.futures.sequence();
    const late = idle.ops.fill(Buffer.alloc(1), 1);
    const run = idle.run();
    const unrun = mover.sequence();
    const never = unrun.ops.nop();
    await mover.close();
    expect(steps.every(({ done }) => done)).toBe(true);
    expect(target.at(-1)).toBe(2);
    await expect(run).rejects.toEqual(closed);
    await expect(late).rejects.toEqual(closed);
    await expect(unrun.run()).rejects.toEqual(closed);
    await expect(never).rejects.toEqual(closed);
  });

  test('a signal withdraws what has not begun', async () => {
    const target = Buffer.alloc(LARGE);
    const abort = new AbortController();
    const s = mover.futures.sequence();
    const steps = twice(s, target);
    const run = s.run({ signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(run).rejects.toThrow('enough');
    expect(target[0]).toBe(0);
    expect(errorsOf(steps)).toEqual([1, 2, 3].map(() => new Error('enough')));
  });

  test('a signal while a group is under way', async () => {
    const target = Buffer.alloc(LARGE);
    const abort = new AbortController();
    const s = mover.futures.sequence();
    const steps = twice(s, target);
    const run = s.run({ signal: abort.signal });
    run.poll();
    abort.abort(new Error('enough'));
    const outcome = await run.then(
      () => 'done',
      ({ message }: Error) => message,
    );
    // The inline engine has done all by then.
    expect([outcome, target.at(-1)]).toEqual(
      outcome === 'done' ? ['done', 2] : ['enough', expect.not.stringMatching('2')],
    );
    expect(steps.every(({ done }) => done)).toBe(true);
  });

  test('the signal of a step is its own, and what is behind it is not attempted', async () => {
    const target = Buffer.alloc(100);
    const s = mover.sequence();
    const steps = [
      s.ops.fill(target, 1),
      s.ops.fill(target, 2, { signal: AbortSignal.abort(new Error('not this one')) }),
      s.ops.fill(Buffer.alloc(1), 3),
    ];
    await expect(s.run()).rejects.toMatchObject({
      code: 'ERR_MOVER_BATCH',
      index: 1,
      message: 'step 1 of the sequence: not this one',
    });
    expect(errorsOf(steps)).toEqual([undefined, new Error('not this one'), notAttempted]);
    expect(target[0]).toBe(1);
  });

  test.each(['before the run', 'behind it'])('a step that is cancelled %s', async (when) => {
    const [target, tail] = [Buffer.alloc(100), Buffer.alloc(100)];
    const s = mover.futures.sequence();
    const tmp = s.scratch(100);
    const steps = [s.ops.fill(target, 1), s.ops.copy(tmp, target), s.ops.copy(tail, tmp)];
    const cancel = (): void => expect(steps[1]!.cancel(new Error('no'))).toBe(true);
    if (when === 'before the run') cancel();
    const run = s.run();
    if (when !== 'before the run') cancel();
    await expect(run).rejects.toMatchObject({ index: 1 });
    expect(errorsOf(steps)).toEqual([undefined, new Error('no'), notAttempted]);
    expect([target[0], tail[0]]).toEqual([1, 0]);
  });

  test('cancelling what has not begun, whatever was elided or merged', () => {
    const s = mover.futures.sequence();
    const [a, b, tmp] = [Buffer.alloc(10), Buffer.alloc(10), s.scratch(10)];
    const steps = [s.ops.copy(tmp, a), s.ops.crc32c(tmp), s.ops.copy(b, tmp), s.ops.fill(tmp, 1)];
    const run = s.run();
    expect(run.has('async')).toBe(mover.capabilities.async);
    expect(run.cancel(new Error('no'))).toBe(true);
    expect([run, ...steps].map(({ error }) => error!.message)).toEqual(Array(5).fill('no'));
  });

  test('a runtime waits for steps and sequence', async () => {
    const target = Buffer.alloc(100_000);
    await using runtime = new Runtime();
    const s = mover.futures.sequence();
    const steps = twice(s, target);
    await runtime.waitAll([s.run(), ...steps]);
    expect(target.at(-1)).toBe(2);
  });

  test('memory that goes before its turn', async () => {
    const gone = Buffer.from(new ArrayBuffer(LARGE));
    const target = Buffer.alloc(10);
    const s = mover.futures.sequence();
    const tmp = s.scratch(LARGE);
    const steps = [
      s.ops.copy(tmp, gone),
      s.ops.crc32c(tmp),
      s.ops.copy(target, tmp.subarray(0, 10)),
    ];
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    await expect(s.run()).rejects.toMatchObject({
      code: 'ERR_MOVER_BATCH',
      cause: expect.objectContaining({ code: 'ERR_MOVER_BUFFER_DETACHED' }) as Error,
    });
    expect(steps.every(({ done }) => done)).toBe(true);
    expect(steps[1]!.error).toBeDefined();
  });
});

describe('building', () => {
  const mover = syncMover();
  afterAll(() => mover.close());

  test('it is run once, and nothing can be added later', async () => {
    const s = mover.sequence();
    s.ops.nop();
    expect(await s.run()).toEqual({ steps: 1, elided: 0 });
    await expect(s.run()).rejects.toEqual(closed);
    await expect(s.ops.nop()).rejects.toEqual(closed);
    await expect(s.ops.fill('x' as unknown as Buffer, 0)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
    });
    expect(() => s.scratch(1)).toThrow(closed);
    expect(s.length).toBe(1);
  });

  test('options of the run are those of steps that do not say otherwise', async () => {
    const refused = mover.sequence();
    const step = refused.ops.nop();
    const noDevice = { code: 'ERR_MOVER_NO_DEVICE' };
    await expect(refused.run({ path: 'hardware' })).rejects.toMatchObject(noDevice);
    await expect(step).rejects.toMatchObject(noDevice);
    const given: unknown[] = [];
    const asked = moverFrom<Future<unknown>>({
      name: 'asked',
      capabilities: syncMover().capabilities,
      create(_op, { options }) {
        given.push(options);
        return syncMover().nop();
      },
      start: () => true,
      check: ({ state }) => state,
      finish: ({ output }) => output,
    });
    const s = asked.with({ blockOnFault: false, cache: 'llc' }).sequence();
    s.ops.fill(Buffer.alloc(1), 1);
    s.ops.fill(Buffer.alloc(1), 1, { cache: 'auto', onFault: 'retry' });
    await s.run({ cache: 'memory', path: 'software' });
    expect(given).toEqual([
      { blockOnFault: false, cache: 'memory', path: 'software' },
      { blockOnFault: false, cache: 'auto', path: 'software', onFault: 'retry' },
    ]);
    const misspelt = mover.sequence().run({ paths: 1 } as object);
    await expect(misspelt).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' });
  });

  test.each([
    [-1, 'ERR_OUT_OF_RANGE'],
    [1.5, 'ERR_OUT_OF_RANGE'],
    [2 ** 60, 'ERR_OUT_OF_RANGE'],
    ['1', 'ERR_INVALID_ARG_TYPE'],
    [undefined, 'ERR_INVALID_ARG_TYPE'],
  ])('scratch memory of %p bytes is refused', (bytes, code) => {
    expect(() => mover.sequence().scratch(bytes as number)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test('what was scratch memory, and was given away, is memory like any other', async () => {
    const s = mover.sequence();
    const scratch = s.scratch(100);
    const { buffer, byteOffset } = scratch;
    const given = structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
    const target = Buffer.from(given, byteOffset, 100);
    s.ops.copy(target, Buffer.alloc(100, 7));
    expect(await s.run()).toEqual({ steps: 1, elided: 0 });
    expect(target).toEqual(Buffer.alloc(100, 7));
  });

  test('scratch memory serves as the two destinations of a dualcast', async () => {
    const s = mover.sequence();
    const source = Buffer.from('twice');
    const [left, right] = [s.scratch(5), s.scratch(5)];
    const pair = s.ops.dualcast([left, right], source);
    const equal = s.ops.equals(left, right);
    expect(await s.run()).toEqual({ steps: 2, elided: 1 });
    expect(pair.output).toEqual([left, right]);
    expect(equal.output).toBe(true);
    expect(mover.sequence().scratch(0)).toHaveLength(0);
  });

  test('scratch memory of another sequence is memory like any other', async () => {
    const other = mover.sequence().scratch(9);
    const s = mover.sequence();
    s.ops.copy(other, Buffer.from('123456789'));
    const sum = s.ops.crc32c(other.subarray(1));
    expect(await s.run()).toEqual({ steps: 2, elided: 0 });
    expect([other.toString(), sum.error]).toEqual(['123456789', undefined]);
  });

  test('an eager sequence that fails is reported, once somebody could have looked', async () => {
    const s = mover.sequence();
    const step = s.ops.copy(Buffer.alloc(1), Buffer.alloc(2));
    await expect(s.run()).rejects.toBeInstanceOf(MoverError);
    expect(step.error).toMatchObject({ code: 'ERR_MOVER_LENGTH' });
  });
});

describe('an engine that lacks operations', () => {
  const inner = syncMover();
  afterAll(() => inner.close());

  /** @param says - whether its capabilities tell */
  const without = (lacking: OpName, says: boolean): Mover =>
    moverFrom<Future<unknown>>({
      name: 'lacking',
      capabilities: {
        ...inner.capabilities,
        operations: operationNames.filter((name) => !says || name !== lacking),
      },
      create(op, args) {
        if (op === lacking) throw new MoverError('ERR_MOVER_UNSUPPORTED', `${op}: no`);
        if (op === 'copy') return inner.copy(args.dst, args.src);
        return op === 'crc32c' ? inner.crc32c(args.src) : inner.nop();
      },
      start: () => true,
      check: ({ state }) => state,
      finish: ({ output }) => output,
    });

  test('steps are merged into what it has only', async () => {
    const mover = without('copyCrc32c', true);
    const [source, target] = [Buffer.from('123456789'), Buffer.alloc(9)];
    const s = mover.sequence();
    const tmp = s.scratch(9);
    s.ops.copy(tmp, source);
    const sum = s.ops.crc32c(tmp);
    s.ops.copy(target, tmp);
    expect(await s.run()).toEqual({ steps: 3, elided: 1 });
    expect(sum.output).toBe(0xe3069283);
    expect(target.equals(source)).toBe(true);
  });

  test('a step that it does not have fails, and those behind it are not attempted', async () => {
    const mover = without('fill', true);
    const target = Buffer.alloc(9);
    const s = mover.sequence();
    const steps = [
      s.ops.copy(target, Buffer.from('123456789')),
      s.ops.fill(target, 1),
      s.ops.crc32c(Buffer.alloc(1)),
    ];
    await expect(s.run()).rejects.toMatchObject({ code: 'ERR_MOVER_UNSUPPORTED', index: 1 });
    expect(errorsOf(steps)).toEqual([
      undefined,
      expect.objectContaining({ code: 'ERR_MOVER_UNSUPPORTED' }),
      notAttempted,
    ]);
    expect(target.toString()).toBe('123456789');
  });
});
