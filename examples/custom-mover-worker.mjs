// A mover whose engine is a worker thread; see worker-engine/engine.mjs.
import { Runtime, moverFrom } from 'datamover';
import { WorkerEngine } from './worker-engine/engine.mjs';

const BYTES = 100_000;
const shared = (text) => Buffer.from(new SharedArrayBuffer(BYTES)).fill(text);

for (const notifier of ['waker', 'poller']) {
  const mover = moverFrom(new WorkerEngine(notifier));
  console.log('mover:', mover.name, [...mover.capabilities.notifiers]);

  // More than the worker is given at a time: the rest stays idle until there is room.
  const source = shared(notifier);
  const targets = Array.from({ length: 20 }, () => shared(''));
  await Promise.all(targets.map((target) => mover.copy(target, source)));
  console.log('copied:', targets.filter((target) => target.equals(source)).length);

  // The worker needs nothing of this thread, which may as well block.
  const filled = Runtime.default.waitSync(mover.futures.fill(targets[0], 0xff));
  console.log(
    'filled:',
    filled.every((byte) => byte === 0xff),
  );

  // What the engine refuses, the future fails with.
  const unshared = mover.copy(Buffer.alloc(BYTES), source);
  await unshared.promise().catch((error) => console.log('refused:', error.message));

  await mover.close();
}
