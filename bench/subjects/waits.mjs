// Ways to wait for one operation after the other, besides those of `movers.mjs`.
import { Runtime } from 'datamover';

/** As long as nobody else wakes the thread; a rest ends with the operation. */
const REST_MS = 100;

/** Blocks the thread: a runtime of these options looks, then rests. */
const blocking = (options) => ({
  run: ({ lazy, depth, slots }) => {
    const runtime = new Runtime(options);
    return () => {
      for (let i = slots.next(), end = i + depth; i < end; i++) runtime.waitSync(lazy(i));
    };
  },
});

export const waits = {
  /** The event loop never rests. */
  immediate: {
    async: true,
    run: ({ lazy, depth, slots }) => {
      const runtime = new Runtime({ drive: 'immediate' });
      return async () => {
        for (let i = slots.next(), end = i + depth; i < end; i++) await runtime.wait(lazy(i));
      };
    },
  },
  /** Polled by the program in every turn of the event loop. */
  manual: {
    async: true,
    run: ({ lazy, depth, slots }) => {
      const runtime = new Runtime({ drive: 'manual' });
      return async () => {
        for (let i = slots.next(), end = i + depth; i < end; i++) {
          const future = lazy(i);
          runtime.drive(future);
          while (runtime.poll() === 0 && !future.done) await new Promise(setImmediate);
        }
      };
    },
  },
  'wait-sync': blocking({}),
  'wait-sync-asleep': blocking({ spinsBeforeSleep: 1, sleepMs: REST_MS }),
};
