// Subjects of datamover: an engine, and the way in which it is used.
import { createRequire } from 'node:module';
import { open, syncMover, threadsMover } from 'datamover';
import { Skip } from './skip.mjs';
import { waits } from './waits.mjs';

function intelDml() {
  try {
    return syncMover({ engine: 'intel-dml' });
  } catch (error) {
    throw new Skip(error.message);
  }
}

const { loopbackMover } = createRequire(import.meta.url)('../../dist/movers/loopback.js');

const ours = { engine: 'datamover' };

export const engines = {
  inline: () => syncMover(ours),
  threads: () => threadsMover(ours),
  auto: () => open(ours),
  // The same front, with one engine whatever the size.
  'spot-only': () => open({ ...ours, path: 'software', threadsThreshold: Infinity }),
  'threads-only': () => open({ ...ours, path: 'software', threadsThreshold: 0 }),
  loopback: () => loopbackMover(),
  'loopback-auto': () => loopbackMover({ path: 'auto' }),
  'intel-dml': intelDml,
};

/** What a mover was chosen for must have been done there. */
function checkEngine(name, mover) {
  const { software, descriptors } = mover.stats();
  if (name === 'intel-dml' && software.byIntelDml === 0) throw new Error('DML did nothing');
  if (name === 'loopback' && descriptors === 0) throw new Error('nothing went to a work queue');
}

const complete = 1;

/** Polled until they are complete, by a loop that waits for nothing else. */
function finishByHand(futures, count) {
  for (let i = 0; i < count; i++) futures[i].poll();
  for (let i = 0; i < count; i++) while (futures[i].poll() !== complete);
}

/**
 * Ways to have `depth` operations done. Each is given the operation's `begin` in both tenses, and calls
 * it with the next slots.
 */
const levels = {
  ...waits,
  /** One after the other, each complete before the next begins, without the event loop. */
  sync: {
    run: ({ lazy, depth, slots, given }) => {
      return () => {
        for (let i = slots.next(), end = i + depth; i < end; i++) {
          const future = lazy(i);
          future.poll();
          given.output = future.output;
        }
      };
    },
  },
  /** Each is awaited before the next begins. */
  eager: {
    async: true,
    run: ({ eager, depth, slots, given }) => {
      return async () => {
        for (let i = slots.next(), end = i + depth; i < end; i++) given.output = await eager(i);
      };
    },
  },
  /** Promise.all over operations that were begun together. */
  all: {
    async: true,
    run: ({ eager, depth, slots }) => {
      const pending = new Array(depth);
      return async () => {
        const first = slots.next();
        for (let i = 0; i < depth; i++) pending[i] = eager(first + i);
        await Promise.all(pending);
      };
    },
  },
  /** Lazy futures, polled by hand: no promise, no turn of the event loop. */
  lazy: {
    run: ({ lazy, depth, slots }) => {
      const pending = new Array(depth);
      return () => {
        const first = slots.next();
        for (let i = 0; i < depth; i++) pending[i] = lazy(first + i);
        finishByHand(pending, depth);
      };
    },
  },
  /** Tickets of a channel, asked for until all have come back. */
  channel: {
    channel: true,
    run: ({ channel, beginInChannel, depth, slots }) => {
      const done = new Uint32Array(depth);
      return () => {
        const first = slots.next();
        for (let i = 0; i < depth; i++) beginInChannel(first + i);
        let back = 0;
        do back += channel.completed(done);
        while (back < depth);
      };
    },
  },
  /** The same, awaited. */
  'channel-wait': {
    async: true,
    channel: true,
    run: ({ channel, beginInChannel, depth, slots }) => {
      const done = new Uint32Array(depth);
      return async () => {
        const first = slots.next();
        for (let i = 0; i < depth; i++) beginInChannel(first + i);
        channel.submit();
        for (let back = 0; back < depth; back += channel.completed(done)) await channel.wait();
      };
    },
  },
};

/** Memory as operations are given it: views of it, or regions; for channels whole ones. */
function handed({ count, buffers }, memory, mover, whole) {
  const hand = ({ whole: bytes, views, length }) => {
    if (memory !== 'regions') return views;
    const region = mover.register(bytes);
    if (whole) return region;
    return Array.from({ length: count }, (_, i) => region.slice(i * length, length));
  };
  return Object.fromEntries(Object.entries(buffers).map(([name, it]) => [name, hand(it)]));
}

/** "engine level [regions]", as it stands in the table of questions; undefined: it is a peer. */
export function parseMover(text) {
  const [engine, level, memory = 'buffers'] = text.split(' ');
  return Object.hasOwn(engines, engine) && Object.hasOwn(levels, level)
    ? { engine, level, memory }
    : undefined;
}

export async function moverSubject(
  { engine, level, memory },
  { operation, bytes, depth, ...rest },
) {
  const mover = await engines[engine]();
  const { run, async = false, channel: channeled = false } = levels[level];
  const parts = handed(rest, channeled ? 'regions' : memory, mover, channeled);
  // What was taken last is free again at the next taking: there is room for the next gathering besides.
  const channel = channeled ? mover.channel({ depth: 2 * depth }) : undefined;
  return {
    async,
    run: run({
      lazy: operation.begin(mover.futures, parts),
      eager: operation.begin(mover, parts),
      channel,
      beginInChannel: channel && operation.beginInChannel(channel, parts, bytes),
      depth,
      ...rest,
    }),
    async close() {
      checkEngine(engine, mover);
      await mover.close();
    },
  };
}
