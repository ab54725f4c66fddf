import { FutureState, moverFrom, type Future } from '../../lib';
import { answers, Recording, untilEnded } from '../support/recording';

const bytes = (): Buffer => Buffer.alloc(64);

describe('refused before the engine hears of it', () => {
  const engine = new Recording({ capabilities: { operations: ['copy', 'nop'], maxTransfer: 64 } });
  const mover = moverFrom(engine);

  test.each([
    ['an operation that it has not', () => mover.crc32c(bytes()), 'ERR_MOVER_UNSUPPORTED'],
    ['too many bytes', () => mover.copy(Buffer.alloc(65), Buffer.alloc(65)), 'ERR_MOVER_LENGTH'],
    ['bad arguments', () => mover.copy(bytes(), null as any), 'ERR_INVALID_ARG_TYPE'],
    ['different lengths', () => mover.copy(bytes(), Buffer.alloc(1)), 'ERR_MOVER_LENGTH'],
    ['durability', () => mover.nop({ durable: true }), 'ERR_MOVER_UNSUPPORTED'],
    ['readback', () => mover.nop({ readback: true }), 'ERR_MOVER_UNSUPPORTED'],
    ['waiting for pages', () => mover.nop({ blockOnFault: true }), 'ERR_MOVER_UNSUPPORTED'],
    ['hardware', () => mover.nop({ path: 'hardware' }), 'ERR_MOVER_NO_DEVICE'],
    ['a misspelt option', () => mover.nop({ durabel: true } as any), 'ERR_INVALID_ARG_VALUE'],
  ] as [string, () => Future<unknown>, string][])('%s', async (_name, call, code) => {
    await expect(call()).rejects.toMatchObject({ code });
    expect(engine.calls).toEqual([]);
  });

  test('the largest number of bytes is accepted', async () => {
    const dst = bytes();
    expect(await mover.copy(dst, bytes())).toBe(dst);
    expect(engine.count('finish')).toBe(1);
  });
});

test('options reach the engine, those of the call over those of the view', async () => {
  const engine = new Recording({
    capabilities: { durable: true, readback: true, blockOnFault: true },
  });
  const { signal } = new AbortController();
  const mover = moverFrom(engine).with({ durable: true, cache: 'auto', signal });
  await mover.nop();
  await mover.futures.nop({ cache: 'memory', readback: true, blockOnFault: true });
  await mover.with({ durable: false, onFault: 'retry' }).crc32c(bytes(), { seed: 3 });
  expect(engine.handles.map(({ args }) => args.options)).toEqual([
    { durable: true, cache: 'auto' },
    { durable: true, cache: 'memory', readback: true, blockOnFault: true },
    { durable: false, cache: 'auto', onFault: 'retry' },
  ]);
  expect(engine.handles[2]!.args).toMatchObject({ seed: 3 });
});

test('an engine that writes to its options or arguments changes nobody else’s', async () => {
  const seen: unknown[] = [];
  const engine = new Recording({
    create(op, args) {
      seen.push({ ...args.options }, { ...args, options: undefined });
      for (const object of [args.options, args] as object[]) {
        Reflect.set(object, 'durable', true);
        Reflect.set(object, 'seed', 9);
      }
      return { op, args };
    },
  });
  const mover = moverFrom(engine);
  await mover.nop();
  await moverFrom(engine).nop();
  await mover.with({ cache: 'llc' }).nop();
  await mover.with({ cache: 'llc' }).nop();
  const view = mover.with({ cache: 'llc' });
  await view.nop();
  await view.nop();
  const llc = { cache: 'llc' };
  expect(seen).toEqual([{}, {}, {}, {}, llc, {}, llc, {}, llc, {}, llc, {}]);
});

test('memory of arguments is what was given: same bytes, no copy', async () => {
  const engine = new Recording();
  const whole = Buffer.from('..destination....');
  const dst = new Uint8Array(whole.buffer, whole.byteOffset + 2, 11);
  await moverFrom(engine).fill(dst, 0x0807_0605_0403_0201n);
  const { args } = engine.handles[0]!;
  expect(args.dst.toString()).toBe('destination');
  args.dst[0] = 0x44;
  expect(dst[0]).toBe(0x44);
  expect(args.pattern).toBe(0x0807_0605_0403_0201n);
});

describe.each(['before the start', 'while it runs'])('memory transferred away %s', (when) => {
  test.each(['dst', 'src'])('%s', (which) => {
    const engine = new Recording({
      start: answers(when === 'before the start' ? [false] : [], true),
      check: untilEnded,
    });
    const arrays = { dst: new Uint8Array(64), src: new Uint8Array(64) };
    const future = moverFrom(engine).futures.copy(arrays.dst, arrays.src);
    future.poll();
    const { buffer } = arrays[which as 'dst' | 'src'];
    structuredClone(buffer, { transfer: [buffer] });
    future.poll();
    engine.handles[0]!.ended = true;
    future.poll();
    expect(future.error).toMatchObject({ code: 'ERR_MOVER_BUFFER_DETACHED' });
    expect(engine.count('finish') + engine.count('drop')).toBe(1);
  });

  test('before the first poll: the engine never hears of it', () => {
    const engine = new Recording();
    const dst = new Uint8Array(64);
    const future = moverFrom(engine).futures.fill(dst, 1);
    structuredClone(dst.buffer, { transfer: [dst.buffer] });
    expect(future.poll()).toBe(FutureState.Complete);
    expect(future.error).toMatchObject({ code: 'ERR_MOVER_BUFFER_DETACHED' });
    expect(engine.calls).toEqual([]);
  });
});
