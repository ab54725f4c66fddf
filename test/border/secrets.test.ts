import { types } from 'node:util';
import * as library from '../../lib';
import { addon } from '../../lib/addon';
import {
  delta,
  failed,
  jobNotifier,
  operand,
  publicObjects,
  scratch,
  shared,
  source,
  watched,
  watchedJob,
  watching,
} from './public-objects';
import { reachable } from './reachable';

// Whoever can write a descriptor can write any memory. So nothing that the public face hands out
// may lead to memory of a job table, to the functions of the addon, or to an address.

const native = addon();
const address = native.addressOf(operand);
/** Addresses of the process's heap and maps are far above any size, count or code. */
const looksLikeAddress = (value: unknown): boolean =>
  (typeof value === 'number' &&
    Number.isInteger(value) &&
    Math.abs(value) > 2 ** 33 &&
    Math.abs(value) < 2 ** 53 - 1) ||
  (typeof value === 'bigint' && value > 2n ** 33n);

test.each(publicObjects)('%s leads to no address', (name, object) => {
  const found = reachable(object, name).filter(
    ({ value, path }) =>
      looksLikeAddress(value) && !/lib\.Runtime|performance|MAX_SAFE|EPSILON/.test(path),
  );
  expect(found.map(({ path }) => path)).toEqual([]);
});

test.each(publicObjects)('%s leads to no memory but the caller’s', (name, object) => {
  const mine = new Set<unknown>(
    [operand, source, scratch, delta.output.record].map((b) => b.buffer),
  );
  const found = reachable(object, name).filter(({ value, path }) => {
    if (!types.isAnyArrayBuffer(value) && !ArrayBuffer.isView(value)) return false;
    const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
    return !mine.has(buffer) && !path.startsWith('a block');
  });
  expect(found.map(({ path }) => path)).toEqual([]);
});

test.each(publicObjects)('%s leads to no function of the addon', (name, object) => {
  const functions = new Set<unknown>(Object.values(native).filter((f) => typeof f === 'function'));
  const found = reachable(object, name).filter(
    ({ value }) => value === native || functions.has(value),
  );
  expect(found.map(({ path }) => path)).toEqual([]);
});

test('no region can be made from a forged range', () => {
  const Region = library.Region as unknown as new (...args: unknown[]) => unknown;
  const [low, high] = [address | 0, Math.floor(address / 2 ** 32)];
  const owner = new ArrayBuffer(64);
  const range = { address, low, high, length: 64, owner, offset: 0, shared: true, intact: true };
  let region: unknown;
  try {
    region = new Region(range, Buffer.alloc(64));
  } catch {
    return;
  }
  const future = library.mover.futures.fill(region as Buffer, 1);
  future.poll();
  expect(future.error).toBeInstanceOf(TypeError);
});

test('static functions of a region’s class tell no address', () => {
  const region = library.mover.register(operand);
  const { Region } = library as any;
  for (const key of Reflect.ownKeys(Region)) {
    if (typeof Region[key] !== 'function') continue;
    const told: unknown = Region[key](region);
    expect(reachable(told, 'told').filter(({ value }) => value === address)).toEqual([]);
  }
});

/** Calls whatever a future has, as a curious user might. */
test('no method of a running future gives its slot away', async () => {
  const known = ['constructor', 'then', 'promise', 'poll', 'has', 'cancel'];
  for (let round = 0; round < 20; round++) {
    const bytes = 1 << 20;
    const [dst, src] = [Buffer.alloc(bytes), Buffer.alloc(bytes, round + 1)];
    const future = shared.copy(dst, src) as any;
    for (
      let at = Object.getPrototypeOf(future);
      at !== Object.prototype;
      at = Object.getPrototypeOf(at)
    ) {
      for (const key of Reflect.ownKeys(at)) {
        const method: unknown = Object.getOwnPropertyDescriptor(at, key)!.value;
        if (typeof method !== 'function' || known.includes(String(key))) continue;
        if (typeof key === 'symbol') continue;
        if (/^(begin|settle|verify|start|listen)$/.test(key)) {
          throw new Error(`a user can call ${key}() of a future`);
        }
      }
    }
    await future;
    expect(dst.equals(src)).toBe(true);
  }
});

test('whatever is written to the properties of a future, its job runs once', async () => {
  const bytes = 8 << 20;
  const mover = library.threadsMover({ threads: 1 });
  for (let round = 0; round < 5; round++) {
    const dst = Buffer.alloc(bytes);
    const future = mover.futures.fill(dst, 7) as any;
    future.poll();
    for (const key of Object.keys(future)) {
      if (typeof future[key] === 'number') future[key] = 0;
    }
    future.drive?.();
    future.poll();
    await mover.drain();
    await expect(mover.nop()).resolves.toBeUndefined();
    expect(library.Runtime.default.pending).toBe(0);
    expect(dst[bytes - 1]).toBe(7);
  }
  await mover.close();
});

test('a location tells one thing, and cannot be told anything', () => {
  const { slot } = jobNotifier;
  expect(Object.keys(slot!)).toEqual([]);
  for (const value of [true, false]) {
    expect(Reflect.set(slot!, 'done', value)).toBe(false);
  }
  const forged = watched(watching.futures.copy(operand, source));
  Object.defineProperty(forged, 'slot', { value: { done: true } });
  expect(watchedJob.error).toBeUndefined();
});

test('descriptors in error messages: none', () => {
  const text = `${String(failed.error)} ${failed.error!.stack ?? ''}`;
  expect(text).not.toContain(address.toString(16));
  expect(text).not.toContain(address.toString());
});
