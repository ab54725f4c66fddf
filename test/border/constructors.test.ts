import { createContext, runInContext } from 'node:vm';
import * as library from '../../lib';
import { addon } from '../../lib/addon';
import { Descriptors } from '../../lib/abi/descriptors';
import { Records } from '../../lib/abi/completion-record';
import { JobFields } from '../../lib/dml-job/fields';
import { InlineRing } from '../../lib/jobs/inline-ring';
import { JobTable } from '../../lib/jobs/job-table';
import { Probe, Range } from '../../lib/memory/range';
import { newMap } from '../pmem/btt-file';
import { operand, publicObjects, source } from './public-objects';
import { reachable, type Finding } from './reachable';

// Whoever can construct internal classes passes them what he likes in place of the library's own
// objects, and is passed theirs: ranges, rings, descriptors. No program can.

type Class = new (...args: unknown[]) => object;

const exported = Object.values(library).filter((one) => typeof one === 'function');
const isClass = (one: unknown): boolean => String(one).startsWith('class ');
const closed: readonly unknown[] = [library.BttDevice, library.Region];
/** Those that programs may construct. */
const open = new Set<unknown>([...exported.filter(isClass), JobFields]);
for (const one of closed) open.delete(one);
/** Functions that are no classes, and that programs may call. */
const functions = new Set<unknown>(exported.filter((one) => !isClass(one)));

const ofLanguage = new Set<unknown>(
  Object.values(Object.getOwnPropertyDescriptors(globalThis)).map(({ value }) => value as unknown),
);

const isOfLanguage = (value: unknown): boolean =>
  ofLanguage.has(value) || Function.prototype.toString.call(value).includes('[native code]');

/** What is found as a constructor, with the classes that it is derived from: function to path. */
function constructorsIn(found: readonly Finding[]): Map<Class, string> {
  const classes = new Map<Class, string>();
  for (const { path, value } of found) {
    if (!/\.constructor$/.test(path)) continue;
    for (let at = value; typeof at === 'function'; at = Object.getPrototypeOf(at) as unknown) {
      if (!isOfLanguage(at) && !functions.has(at)) classes.set(at as Class, path);
    }
  }
  return classes;
}

/** Something that passes for anything, and notes all that it is given. */
function recorder(log: unknown[]): any {
  const proxy: unknown = new Proxy(function () {}, {
    get(_, key) {
      if (key === 'then') return undefined;
      return key === Symbol.toPrimitive ? () => 1 : proxy;
    },
    set(_, _key, value) {
      log.push(value);
      return true;
    },
    apply(_, self, args: unknown[]) {
      log.push(self, ...args);
      return proxy;
    },
    construct(_, args: unknown[]) {
      log.push(...args);
      return proxy as object;
    },
  });
  return proxy;
}

const natives = new Set<unknown>(Object.values(addon()).filter((f) => typeof f === 'function'));

/** Where in it there is something that gives memory, or says where it is. */
function internalsIn(value: unknown, name: string): string[] {
  const secret = [Range, Probe, JobTable, InlineRing, Records, Descriptors];
  return reachable(value, name)
    .filter(({ value: at }) => natives.has(at) || secret.some((one) => at instanceof one))
    .map(({ path }) => path);
}

const illegal = expect.objectContaining({ code: 'ERR_ILLEGAL_CONSTRUCTOR' }) as Error;

function expectClosed(Found: Class, path: string): void {
  const log: unknown[] = [];
  const args = Array.from({ length: 7 }, () => recorder(log) as unknown);
  expect([path, Found.name, Found.prototype.constructor]).toEqual([
    path,
    expect.stringMatching(/./),
    Found,
  ]);
  const Derived = class extends Found {};
  const ways = [
    () => new Found(...args),
    () => (Found as unknown as (...all: unknown[]) => unknown).apply(recorder(log), args),
    () => Reflect.construct(Found, args, Object) as unknown,
    () => new Derived(...args),
  ];
  // One that is exported is a class, and says so itself where it is called without `new`.
  const called = closed.includes(Found) ? TypeError : illegal;
  ways.forEach((way, index) => {
    expect(way).toThrow(index === 1 ? called : illegal);
  });
  expect(log).toEqual([]);
}

test.each(publicObjects)('%s: what is found as a constructor is closed', (name, object) => {
  const found = reachable(object, name);
  for (const [Found, path] of constructorsIn(found)) {
    if (!open.has(Found)) expectClosed(Found, path);
  }
  expect(internalsIn(object, name)).toEqual([]);
});

test('so are those of maps, of block devices, and of what these give', async () => {
  await using map = await newMap();
  await using device = await library.BttDevice.format(map);
  const block = Buffer.alloc(device.blockSize);
  const futures = [
    ...[map.copy(0, Buffer.alloc(8)), map.persist(0, 8), map.deepFlush(0, 8)],
    ...[device.write(0, block), device.read(0), device.read(0, block, { timeoutMs: 1e4 })],
    device.zero(1),
  ];
  const objects = { map, device, futures };
  for (const [Found, path] of constructorsIn(reachable(objects, 'objects'))) {
    if (!open.has(Found)) expectClosed(Found, path);
  }
  expect(internalsIn(objects, 'objects')).toEqual([]);
  await Promise.all(futures);
});

test.each([...open] as Class[])(
  '$name, which programs may construct, gives nothing away',
  (Open) => {
    const log: unknown[] = [];
    const args = Array.from({ length: 4 }, () => recorder(log) as unknown);
    let made: unknown[] = [];
    for (const given of [args, []]) {
      try {
        made.push(new Open(...given));
      } catch {
        // So much the better.
      }
    }
    made = made.flatMap((one) => [one, ...callAll(one, [args, [operand, source, ...args]])]);
    expect(internalsIn([made, log], Open.name)).toEqual([]);
  },
);

/** Calls all methods that the object has and inherits; what they give. */
function callAll(object: unknown, given: readonly (readonly unknown[])[]): unknown[] {
  const results: unknown[] = [];
  for (let at = object; at !== Object.prototype && at !== null; at = Object.getPrototypeOf(at)) {
    for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (typeof value !== 'function' || key === 'constructor') continue;
      for (const args of given) {
        try {
          const result: unknown = Reflect.apply(value, object, args);
          if (result instanceof Promise) result.catch(() => undefined);
          results.push(result);
        } catch {
          // It was not what it takes.
        }
      }
    }
  }
  return results;
}

test('these are all that programs may construct', () => {
  const names = ['Job', 'MoverError', 'Notifier', 'Pool', 'Runtime'];
  expect(Array.from(open as Set<Class>, ({ name }) => name)).toEqual(expect.arrayContaining(names));
  expect(open.size).toBe(names.length + 1);
});

test('messages say how objects of a class are made', () => {
  const { constructor } = library.mover.register(operand);
  expect(constructor).toBe(library.Region);
  expect(() => new (constructor as Class)()).toThrow('a Region is made by mover.register()');
  const { name, constructor: Mover } = library.mover;
  expect(() => new (Mover as unknown as Class)(name)).toThrow(/^a Mover is made by open\(\), /);
  expect(library.mover).toBeInstanceOf(Mover);
});

/** What code can do that was given objects of the library, and nothing else. */
const attacks: Readonly<Record<string, (use: typeof library) => unknown>> = {
  'a mover over a backend of one’s own': ({ mover }) => {
    const Mover = mover.constructor as Class;
    return new Mover({ capabilities: mover.capabilities, operate: () => undefined }, { given: {} });
  },
  'integrity fields that are begun by a function of one’s own': ({ mover }) =>
    new (mover.dif.constructor as Class)(() => undefined),
  'a channel over a queue of one’s own': ({ syncMover }) => {
    const queue = { inline: true, table: { id: 0 }, owe: () => undefined, gathered: 0 };
    return new (syncMover().channel().constructor as Class)(queue, 4, { flags: 0, order: 0 });
  },
  'a sequence over a backend of one’s own': ({ mover }) =>
    new (mover.sequence().constructor as Class)({}, { flags: 0 }, false),
  'a batch over a backend of one’s own': ({ mover }) => {
    let Builder!: Class;
    void mover.batch((b) => (Builder = b.constructor as Class)).poll();
    return new Builder({}, { flags: 0 });
  },
  'operations over a backend of one’s own': ({ mover }) =>
    new (Object.getPrototypeOf(Object.getPrototypeOf(mover.futures)).constructor as Class)(
      {},
      {},
      'lazy',
    ),
  'a region of a forged range': ({ Region }) => {
    const range = { address: 4096, low: 4096, high: 0, length: 8, offset: 0, intact: true };
    return new (Region as unknown as Class)(range, Buffer.alloc(8));
  },
  'a region that is derived': ({ Region }) =>
    new (class extends (Region as unknown as Class) {})(Symbol('library'), { length: 8 }, {}),
};

test.each(Object.keys(attacks))('%s: refused', (name) => {
  expect(() => attacks[name](library)).toThrow(illegal);
  expect(() => attacks[name](library)).toThrow(TypeError);
});

test.each(Object.keys(attacks).slice(0, 4))('%s, in a realm of its own: refused', (name) => {
  const context = createContext({ library });
  const attack = `(${attacks[name].toString()})(library)`;
  expect(() => runInContext(attack, context) as unknown).toThrow(illegal);
});
