import {
  all,
  chain,
  FutureState,
  moverFrom,
  Runtime,
  type Future,
  type MoverBackend,
  type OpName,
} from '../../lib';
import { answers, Recording, untilEnded } from '../support/recording';

const bytes = (): Buffer => Buffer.alloc(64);
const thrown = new Error('thrown by the engine');
const fail = (): never => {
  throw thrown;
};

describe('an operation', () => {
  test('is created, started and checked in the first poll, and finished once', () => {
    const engine = new Recording({ check: answers<FutureState>([2, 2], 1) });
    const future = moverFrom(engine).futures.crc32c(bytes());
    expect([engine.calls, future.state]).toEqual([[], FutureState.Idle]);
    expect([future.poll(), engine.calls]).toEqual([2, ['create', 'start', 'check']]);
    expect([future.poll(), future.poll(), future.poll()]).toEqual([2, 1, 1]);
    expect(engine.calls.slice(3)).toEqual(['check', 'check', 'finish']);
    expect(future.output).toBe('output');
    expect(future.cancel()).toBe(false);
  });

  test('that is never polled takes nothing', async () => {
    const engine = new Recording();
    const mover = moverFrom(engine);
    for (let n = 0; n < 1000; n++) mover.futures.nop();
    await mover.close();
    expect(engine.calls).toEqual([]);
  });

  test('eager: begins in the call, and the event loop ends it', async () => {
    const engine = new Recording({ check: answers<FutureState>([2, 2, 2], 1) });
    const future = moverFrom(engine).nop();
    expect(engine.calls).toEqual(['create', 'start', 'check']);
    expect(await future).toBe('output');
    expect(engine.calls.at(-1)).toBe('finish');
  });

  test('gets its arguments, and the handle that create gave, whatever that is', () => {
    for (const handle of [undefined, 0, '', false, Symbol('handle'), {}]) {
      const seen: unknown[] = [];
      const note = (given: unknown): true => {
        seen.push(given);
        return true;
      };
      const backend: MoverBackend = {
        name: 'any handle',
        capabilities: { operations: ['fill'] },
        create: () => handle,
        start: note,
        check(given) {
          note(given);
          return FutureState.Complete;
        },
        finish: note,
      };
      const future = moverFrom(backend).futures.fill(bytes(), 1);
      expect(future.poll()).toBe(FutureState.Complete);
      expect(seen).toEqual([handle, handle, handle]);
    }
  });

  test('finds its engine’s own fields: methods are called on it', async () => {
    class Engine implements MoverBackend<number> {
      readonly name = 'a class';
      readonly capabilities = { operations: new Set<OpName>(['nop']) };
      #next = 7;
      create(): number {
        return this.#next++;
      }
      start(): boolean {
        return this.#next > 7;
      }
      check(): FutureState {
        return this.#next > 7 ? FutureState.Complete : FutureState.Idle;
      }
      finish(handle: number): number {
        return handle * this.#next;
      }
    }
    expect(await moverFrom(new Engine()).nop()).toBe(56);
  });
});

describe('starting', () => {
  test('refused: idle, and tried again by every poll', () => {
    const engine = new Recording({ start: answers([false, false, false], true) });
    const future = moverFrom(engine).futures.nop();
    expect([future.poll(), future.poll(), future.poll()]).toEqual([0, 0, 0]);
    expect(engine.calls).toEqual(['create', 'start', 'start', 'start']);
    expect(future.poll()).toBe(FutureState.Complete);
    expect(engine.calls.slice(4)).toEqual(['start', 'check', 'finish']);
  });

  test.each([1, 10, 5000])('refused %d times: the event loop goes on trying', async (times) => {
    const engine = new Recording({ start: answers(Array<boolean>(times).fill(false), true) });
    const runtime = new Runtime({ sleepMs: 0 });
    expect(await runtime.wait(moverFrom(engine).futures.nop())).toBe('output');
    expect([engine.count('create'), engine.count('start')]).toEqual([1, times + 1]);
    await runtime.close();
  });

  test('that check calls idle: once more', () => {
    const engine = new Recording({ check: answers<FutureState>([0, 2, 0], 1) });
    const future = moverFrom(engine).futures.nop();
    expect([future.poll(), future.poll(), future.poll()]).toEqual([0, 2, 0]);
    expect(future.poll()).toBe(FutureState.Complete);
    expect([engine.count('create'), engine.count('start')]).toEqual([1, 3]);
  });

  test('no room at creation: the future fails, at once and for good', () => {
    const engine = new Recording({ create: () => null });
    const future = moverFrom(engine).futures.nop();
    expect([future.poll(), future.poll()]).toEqual([1, 1]);
    expect(future.error).toMatchObject({ code: 'ERR_MOVER_OUT_OF_SLOTS', operation: 'nop' });
    expect(engine.calls).toEqual(['create']);
  });
});

describe('a method that throws fails the future, and the handle is dropped once', () => {
  test.each([
    ['create', ['create']],
    ['start', ['create', 'start', 'drop']],
    ['check', ['create', 'start', 'check', 'drop']],
    ['finish', ['create', 'start', 'check', 'finish', 'drop']],
  ])('%s', (method, calls) => {
    const engine = new Recording({ [method]: fail });
    const future = moverFrom(engine).futures.nop();
    expect([future.poll(), future.poll()]).toEqual([1, 1]);
    expect(future.error).toBe(thrown);
    expect(future.cancel()).toBe(false);
    expect(engine.calls).toEqual(calls);
  });

  test('what is thrown and no error becomes the cause of one', () => {
    const engine = new Recording({
      start() {
        // eslint-disable-next-line @typescript-eslint/only-throw-error
        throw 'text';
      },
    });
    const future = moverFrom(engine).futures.nop();
    future.poll();
    expect(future.error).toMatchObject({ cause: 'text' });
  });

  test('when it is started again', () => {
    const start = answers([(): boolean => true], fail);
    const engine = new Recording({
      start: () => start()(),
      check: answers<FutureState>([0], 1),
    });
    const future = moverFrom(engine).futures.nop();
    expect([future.poll(), future.poll()]).toEqual([0, 1]);
    expect(engine.count('drop')).toBe(1);
  });

  test.each([undefined, null, 3, -1, NaN, '1', true, {}, Symbol('state')])(
    'check says %p',
    (state) => {
      const engine = new Recording({ check: () => state as FutureState });
      const future = moverFrom(engine).futures.nop();
      expect(future.poll()).toBe(FutureState.Complete);
      expect(future.error).toMatchObject({ code: 'ERR_INVALID_RETURN_VALUE' });
      expect(engine.calls).toEqual(['create', 'start', 'check', 'drop']);
    },
  );
});

describe('outputs', () => {
  test.each([
    ['copy', (m: any, dst: Buffer) => m.copy(dst, bytes())],
    ['move', (m: any, dst: Buffer) => m.move(dst, bytes())],
    ['fill', (m: any, dst: Buffer) => m.fill(dst, 1)],
  ])('%s gives its destination, whatever the engine gives', async (_name, call) => {
    const mover = moverFrom(new Recording({ finish: () => Buffer.alloc(1) }));
    const dst = bytes();
    expect(await call(mover, dst)).toBe(dst);
  });

  test.each([true, 0, null, undefined, { equal: true }])('others: %p', async (output) => {
    const mover = moverFrom(new Recording({ finish: () => output }));
    expect(await mover.equals(bytes(), bytes())).toBe(output);
  });

  test('zero bytes need no engine', async () => {
    const engine = new Recording();
    const mover = moverFrom(engine);
    const none = Buffer.alloc(0);
    expect(await mover.copy(none, Buffer.alloc(0))).toBe(none);
    expect(await mover.crc32c(none, { seed: 5 })).toBe(5);
    expect(await mover.equals(none, none)).toBe(true);
    expect(await mover.equals(none, bytes())).toBe(false);
    expect(engine.calls).toEqual([]);
    await mover.nop();
    expect(engine.count('finish')).toBe(1);
  });
});

test('has("async") is what the engine says, until the end', () => {
  for (const async of [true, false]) {
    const engine = new Recording({ capabilities: { async }, check: untilEnded });
    const future = moverFrom(engine).futures.nop();
    expect(future.has('async')).toBe(async);
    future.poll();
    expect(future.has('async')).toBe(async);
    engine.handles[0]!.ended = true;
    future.poll();
    expect(future.has('async')).toBe(false);
  }
});

test('a method that polls its own future changes nothing', () => {
  const engine: Recording = new Recording({
    start: () => self.poll() === FutureState.Idle,
    check: () => (self.poll() === FutureState.Complete ? FutureState.Idle : FutureState.Complete),
    finish: () => self.poll(),
  });
  const self: Future<unknown> = moverFrom(engine).futures.nop();
  expect(self.poll()).toBe(FutureState.Complete);
  expect(engine.calls).toEqual(['create', 'start', 'check', 'finish']);
});

test('in chains and side by side with others, in one wait', async () => {
  const engine = new Recording({ check: answers<FutureState>([2, 0, 2, 2, 0, 2], 1) });
  const mover = moverFrom(engine);
  const dst = bytes();
  const steps = chain(() => mover.futures.fill(dst, 1))
    .next((filled) => mover.futures.crc32c(filled))
    .next((crc) => [crc, 'end']);
  expect(await all([steps, mover.futures.nop()])).toEqual([['output', 'end'], 'output']);
  expect(engine.count('finish')).toBe(3);
});
