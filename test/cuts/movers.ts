import { open, syncMover, threadsMover, type Mover } from '../../lib';
import { addon } from '../../lib/addon';
import { loopbackMover } from '../../lib/movers/loopback';

/** Each way to do what a mover is asked for. */
export const movers = {
  open: () => open(),
  sync: () => syncMover(),
  spot: () => open({ threshold: Infinity, threadsThreshold: Infinity }),
  threads: () => threadsMover({ threads: 1 }),
  tight: () => threadsMover({ threads: 1, ring: 4 }),
  loopback: () => loopbackMover(),
  tiny: () => loopbackMover({ size: 2, maxBatch: 4 }),
  mixed: () => loopbackMover({ path: 'auto' }),
} satisfies Record<string, () => Mover | Promise<Mover>>;

export type MoverName = keyof typeof movers;

/** What queues do: serve; take nothing, and say that they have failed; or take all, and answer nothing. */
export const queues: { do: 'serve' | 'refuse' | 'swallow' } = { do: 'serve' };

/** Puts that between the library and its addon. */
export function meddle(): void {
  const native = addon();
  const { openHardware, submit, tend, takeLost, queueLost } = native;
  const swallowed = new Map<number, number[]>();
  const rings = new Map<number, Uint32Array>();
  native.openHardware = (...args) => {
    const opened = openHardware(...args);
    rings.set(opened.id, new Uint32Array(opened.ring));
    return opened;
  };
  native.submit = (engine, first, count) => {
    const ring = rings.get(engine);
    if (queues.do === 'serve' || ring === undefined) return submit(engine, first, count);
    if (queues.do === 'refuse') return 0;
    const slots = Array.from({ length: count }, (_, at) => ring[(first + at) % ring.length]!);
    swallowed.set(engine, [
      ...(swallowed.get(engine) ?? []),
      ...slots.map((slot) => slot & 0xffff),
    ]);
    return count;
  };
  native.queueLost = (queue) => queues.do !== 'serve' || queueLost(queue);
  native.tend = (engine) => (swallowed.has(engine) ? 1 : 0) | tend(engine);
  native.takeLost = (engine) => {
    const lost = swallowed.get(engine);
    swallowed.delete(engine);
    return lost === undefined ? takeLost(engine) : Uint32Array.from(lost);
  };
}
