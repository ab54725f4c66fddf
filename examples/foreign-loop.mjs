// Futures driven by loops that are not ours. All that these know is that a future is polled until it
// is `done`, with a notifier of its own, by which it says when to poll it again.
import { Notifier, chain, threadsMover } from 'datamover';

/** Rests until a waker says that a future can make progress. */
class Scheduler {
  #tasks = new Set();
  #ready = new Set();

  run(future, whenDone) {
    const wake = () => this.#enqueue(task);
    const task = { future, whenDone, notifier: new Notifier({ wake }) };
    this.#tasks.add(task);
    this.#enqueue(task);
  }

  /** Wakers are called at any time, also from within a poll or when all is done: take a note. */
  #enqueue(task) {
    if (!this.#tasks.has(task)) return;
    if (this.#ready.size === 0) setImmediate(() => this.#turn());
    this.#ready.add(task);
  }

  #turn() {
    const tasks = [...this.#ready];
    this.#ready.clear();
    for (const task of tasks) {
      task.future.poll(task.notifier);
      if (task.future.done && this.#tasks.delete(task)) task.whenDone();
      else if (task.notifier.used === 'none') this.#enqueue(task);
    }
  }
}

/** Never rests, nor lets anything else run: looks at memory until a completion is to be seen there. */
function spin(futures) {
  let tasks = futures.map((future) => ({ future, notifier: new Notifier({ poller: true }) }));
  while (tasks.length > 0) {
    for (const { future, notifier } of tasks) {
      if (notifier.used === 'none' || notifier.slot.done) future.poll(notifier);
    }
    tasks = tasks.filter(({ future }) => !future.done);
  }
}

const BYTES = 1024 * 1024;
const mover = threadsMover();
const source = Buffer.alloc(BYTES, 'foreign');
const crc = await mover.crc32c(source);

/** Each is a copy, then the checksum of what arrived; nobody has polled them yet. */
const makeFutures = () =>
  Array.from({ length: 3 }, () =>
    chain(() => mover.futures.copy(Buffer.alloc(BYTES), source)).next((copied) =>
      mover.futures.crc32c(copied),
    ),
  );

const report = (how, futures) => {
  for (const [index, { output }] of futures.entries()) {
    console.log(`${how}, future ${index}: checksum is right`, output === crc);
  }
};

const spun = makeFutures();
spin(spun);
report('pollers', spun);

const woken = makeFutures();
const scheduler = new Scheduler();
await new Promise((resolve) => {
  let left = woken.length;
  for (const future of woken) scheduler.run(future, () => --left === 0 && resolve());
});
report('wakers', woken);

await mover.close();
