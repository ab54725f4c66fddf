import {
  all,
  BttDevice,
  calibrate,
  chain,
  chainOf,
  completed,
  fromPromise,
  future,
  Job,
  loop,
  moverFrom,
  Notifier,
  open,
  pmem,
  Pool,
  race,
  Region,
  Runtime,
  syncMover,
  threadsMover,
} from '../../lib';
import { newMap } from '../pmem/btt-file';
import { bytesPositions, operations, patternPositions } from './positions';
import { mover } from './refusals';

// A proxy that was revoked throws whatever it is asked, without a code. Functions are asked nothing until
// they are called, and throw then as others may.

function revoked(): any {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const runtime = new Runtime({ drive: 'manual' });
const notifier = new Notifier({ poller: true });
const channel = syncMover().channel();
const one = completed(1);

/** All that takes an argument, with `x` in the place of each that is no memory. */
const calls: Record<string, (x: any) => unknown> = {
  'all futures': (x) => all(x),
  'all futures[0]': (x) => all([x]),
  'race futures': (x) => race(x),
  'race futures[0]': (x) => race([x]),
  'chain first': (x) => chain(x),
  'chain.next': (x) => chain(one).next(x),
  'chain.tap': (x) => chain(one).tap(x),
  'chain.lastly': (x) => chain(one).lastly(x),
  'chain.recover': (x) => chain(one).recover(x),
  'chainOf entries': (x) => chainOf({}, x),
  'chainOf entries[0]': (x) => chainOf({}, [x]),
  'chainOf future': (x) => chainOf({}, [{ future: x }]),
  'loop body': (x) => loop(x, () => true),
  'loop until': (x) => loop(() => one, x),
  'loop gives': (x) =>
    loop(
      () => x as never,
      () => true,
    ).promise(),
  fromPromise: (x) => fromPromise(x),
  'future properties': (x) => future({}, () => 1, x),
  'promise options': (x) => one.promise(x),
  'promise signal': (x) => one.promise({ signal: x }),
  'promise runtime': (x) => one.promise({ runtime: x }),
  'poll of a job': (x) => mover().futures.nop().poll(x),
  'poll of a chain': (x) => chain(mover().futures.nop()).poll(x),
  'new Notifier': (x) => new Notifier(x),
  'new Notifier, wake': (x) => new Notifier({ wake: x }),
  usePoller: (x) => notifier.usePoller(x),
  'new Runtime': (x) => new Runtime(x),
  'runtime.drive': (x) => {
    runtime.drive(x);
  },
  'runtime.poll': (x) => runtime.poll(x),
  'runtime.wait': (x) => runtime.wait(x),
  'runtime.wait, options': (x) => runtime.wait(one, x),
  'runtime.waitAll': (x) => runtime.waitAll(x),
  'runtime.waitAll, options': (x) => runtime.waitAll([one], x),
  'new Pool': (x) => new Pool(x),
  'pool.alloc': (x) => new Pool().alloc(x),
  open: (x) => open(x),
  'open threshold': (x) => open({ path: 'software', threshold: x }),
  'open threadsThreshold': (x) => open({ threadsThreshold: x }),
  'open queues': (x) => open({ queues: x }),
  syncMover: (x) => syncMover(x),
  threadsMover: (x) => threadsMover(x),
  moverFrom: (x) => moverFrom(x),
  'moverFrom, capabilities': (x) => moverFrom({ name: 'own', capabilities: x } as any),
  calibrate: (x) => calibrate(x),
  'new Job': (x) => new Job(x),
  'new BttDevice': (x) => new (BttDevice as any)(x),
  'new Region': (x) => new (Region as any)(x),
  'BttDevice.format': (x) => BttDevice.format(x),
  'BttDevice.open': (x) => BttDevice.open(x),
  'pmem.map': (x) => pmem.map(x),
  'pmem.map, options': (x) => pmem.map('/nowhere', x),
  'mover.with': (x) => mover().with(x),
  'mover.batch': (x) => mover().batch(x),
  'mover.channel': (x) => mover().channel(x),
  'mover.explain': (x) => (mover() as any).explain(x, 64),
  'mover.register': (x) => mover().register(x),
  'dif.check': (x) => mover().dif.check(x, x),
  'dif.insert': (x) => mover().dif.insert(Buffer.alloc(520), Buffer.alloc(512), x),
  'dif.strip, options': (x) => mover().dif.strip(Buffer.alloc(512), Buffer.alloc(520), {}, x),
  'compare expect': (x) => mover().compare(Buffer.alloc(8), Buffer.alloc(8), { expect: x }),
  'createDelta options': (x) => mover().createDelta(Buffer.alloc(8), Buffer.alloc(8), undefined, x),
  'applyDelta record': (x) => mover().applyDelta(Buffer.alloc(8), x),
  'channel.copy': (x) => channel.copy(x, 0, x, 0, 8),
  'channel.fill pattern': (x) => channel.fill(mover().register(Buffer.alloc(8)), 0, 8, x as number),
  'channel.completed': (x) => channel.completed(x),
  'channel.status': (x) => channel.status(x),
  'channel.result': (x) => channel.result(x),
};

for (const { name, call } of [...bytesPositions, ...patternPositions]) {
  calls[name] = (x) => call(mover(), x);
}
for (const { name, call } of operations) {
  calls[`${name}, options`] = (x) => call(mover(), x);
  calls[`${name}, options, lazy`] = (x) => call(mover().futures, x);
  calls[`${name}, signal`] = (x) => call(mover(), { signal: x });
  calls[`${name}, timeoutMs`] = (x) => call(mover(), { timeoutMs: x });
}

const code = expect.stringMatching(/^ERR_/) as string;

test.each(Object.keys(calls))('%s: refused with a code', async (name) => {
  const call = async (): Promise<unknown> => calls[name]!(revoked());
  await expect(call()).rejects.toMatchObject({ code });
});

test('so it is of maps and block devices', async () => {
  await using map = await newMap();
  await using device = await BttDevice.format(map);
  const block = Buffer.alloc(device.blockSize);
  const bytes = Buffer.alloc(8);
  const all: ((x: any) => unknown)[] = [
    ...[(x: any) => BttDevice.open(map, x), (x: any) => BttDevice.format(map, x)],
    ...[
      (x: any) => map.copy(x, bytes),
      (x: any) => map.copy(0, x),
      (x: any) => map.copy(0, bytes, x),
    ],
    ...[(x: any) => map.persist(x, 8), (x: any) => map.persist(0, 8, x)],
    ...[
      (x: any) => device.read(x),
      (x: any) => device.read(0, x),
      (x: any) => device.read(0, block, x),
    ],
    ...[(x: any) => device.write(0, x), (x: any) => device.write(0, block, { signal: x })],
  ];
  for (const each of all) {
    const call = async (): Promise<unknown> => each(revoked());
    await expect(call()).rejects.toMatchObject({ code });
  }
});
