import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { future, FutureState, Runtime, threadsMover, type Future } from '../../lib';
import { turn } from './futures';

/** So many futures that are polled again and again until `stop()`. */
class Crowd {
  #stopped = false;
  readonly futures: Future<number>[];

  constructor(count: number) {
    this.futures = Array.from({ length: count }, (_, n) =>
      future(null, ({ resolve }) => (this.#stopped ? resolve(n) : FutureState.Running)),
    );
  }

  stop(): void {
    this.#stopped = true;
  }
}

async function connection(): Promise<{ client: Socket; end: () => Promise<unknown> }> {
  const server = createServer((socket) => socket.pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(client, 'connect');
  const end = (): Promise<unknown> => {
    client.destroy();
    return once(server.close(), 'close');
  };
  return { client, end };
}

test.each(['auto', 'immediate'] as const)(
  'sockets and timers keep their turn beside ten thousand futures: %s',
  async (drive) => {
    const runtime = new Runtime({ drive, budget: 50 });
    const crowd = new Crowd(10_000);
    const wait = runtime.waitAll(crowd.futures);
    const { client, end } = await connection();
    for (let echo = 0; echo < 20; echo++) {
      client.write(`ping ${String(echo)}`);
      const [answer] = (await once(client, 'data')) as [Buffer];
      expect(answer.toString()).toBe(`ping ${String(echo)}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await end();
    const { turns, polls, completions, budgetHits } = runtime.stats();
    expect([completions, runtime.pending]).toEqual([0, 10_000]);
    expect(polls).toBeLessThanOrEqual(turns * 50);
    expect(polls).toBeGreaterThan(1000);
    expect(budgetHits).toBeGreaterThan(turns / 2);
    crowd.stop();
    expect((await wait).at(-1)).toBe(9999);
  },
);

test('jobs of a mover keep their turn, too', async () => {
  const runtime = new Runtime({ budget: 10 });
  const crowd = new Crowd(5000);
  const wait = runtime.waitAll(crowd.futures);
  const mover = threadsMover({ threads: 1 });
  for (let n = 0; n < 10; n++) await mover.fill(Buffer.alloc(100_000), n);
  await runtime.wait(mover.futures.nop());
  expect(runtime.pending).toBe(5000);
  crowd.stop();
  await wait;
  await mover.close();
});

test('futures that complete in their first polls, one after the other, do not hold up the loop', async () => {
  const runtime = new Runtime({ budget: 16 });
  const looped = jest.fn();
  setImmediate(looped);
  let waits = 0;
  while (looped.mock.calls.length === 0 && waits < 100_000) {
    await runtime.wait(future<null, number>(null, ({ resolve }) => resolve(++waits)));
  }
  expect(looped).toHaveBeenCalled();
  expect(waits).toBeLessThanOrEqual(3 * 16);
});

test('nor do wakers that call each other', async () => {
  const runtime = new Runtime({ budget: 16 });
  let stopped = false;
  const wakes: (() => void)[] = [];
  const pair = [0, 1].map((n) =>
    future<null, number>(null, ({ resolve }, notifier) => {
      wakes[n] = notifier!.useWaker()!;
      wakes[1 - n]?.();
      return stopped ? resolve(n) : FutureState.Running;
    }),
  );
  const wait = runtime.waitAll(pair);
  for (let n = 0; n < 5; n++) await turn();
  expect(runtime.pending).toBe(2);
  stopped = true;
  expect(await wait).toEqual([0, 1]);
});
