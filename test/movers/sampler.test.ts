import { Status } from '../../lib/abi/completion-record';
import { Choice } from '../../lib/movers/choice';
import type { EngineKind } from '../../lib/movers/cost-model';
import { Sampler } from '../../lib/movers/sampler';
import { startingThresholds } from '../../lib/movers/thresholds';
import { copy } from '../../lib/operations/copy';
import { fill } from '../../lib/operations/fill';

/** A mover's table, clock and engines, made up: one job a gathering, in slot 0. */
class Bench {
  readonly choice: Choice;
  readonly sampler: Sampler;
  now = 0;
  active = 1;
  status: number = Status.Pending;
  ticket = 5;

  constructor(options: Parameters<typeof startingThresholds>[0] = {}) {
    this.choice = new Choice(startingThresholds(options));
    const table = {
      active: 1,
      records: { status: () => this.status },
      ticket: () => this.ticket,
    };
    Object.defineProperty(table, 'active', { get: () => this.active });
    this.sampler = new Sampler(this.choice, table as never, () => this.now);
  }

  /** Threads turned out to be worth little: their thresholds are at the upper bound. */
  spoilThreads(): void {
    for (const { name } of [copy, fill]) {
      for (let at = 0; at < 16; at++) {
        this.choice.add('inline', name, 2 ** 20, 1e4, 0);
        this.choice.add('threads', name, 2 ** 20, 1e6, 0);
      }
      this.choice.follow(name);
    }
  }

  /** Passes gatherings until one is to be measured; returns how many there were, at most 1000. */
  untilArmed(): number {
    let passed = 0;
    for (; passed < 1000 && (!this.sampler.armed || this.sampler.rehearses); passed++) {
      if (this.sampler.armed) this.hand('threads', 0);
      else this.sampler.pass();
    }
    return passed;
  }

  /** A gathering of one job that takes `ms` to be handed over. */
  hand(kind: EngineKind, ms: number, { bytes = 64, jobs = 1, idle = 1 } = {}): void {
    this.sampler.note(0, copy, bytes);
    this.sampler.measure([[kind, jobs]], idle, () => {
      this.now += ms;
      return 0;
    });
  }

  samples(kind: EngineKind): number {
    return this.choice.figures('copy')[kind]?.samples ?? 0;
  }
}

test('one gathering in 31 is measured at first, one in 127 later', () => {
  const bench = new Bench();
  const passed = Array.from({ length: 70 }, () => {
    const count = bench.untilArmed();
    bench.hand('inline', 0.001);
    return count;
  });
  expect(new Set(passed.slice(0, 64))).toEqual(new Set([30]));
  expect(new Set(passed.slice(64))).toEqual(new Set([126]));
  expect(bench.samples('inline')).toBe(70);
});

test('where a threshold has moved, one in 31 is measured again', () => {
  const bench = new Bench();
  const counts = (length: number): number[] =>
    Array.from({ length }, () => {
      const count = bench.untilArmed();
      bench.hand('inline', 0.001);
      return count;
    });
  expect(counts(70).at(-1)).toBe(126);
  for (let at = 0; at < 16; at++) {
    bench.choice.add('inline', 'copy', 2 ** 20, 1e6, 0);
    bench.choice.add('threads', 'copy', 2 ** 20, 1e4, 0);
  }
  const { bytes } = bench.choice.threshold('threads', 'copy');
  // Not all that is measured has it looked at.
  expect(counts(10).at(-1)).toBe(30);
  expect(bench.choice.threshold('threads', 'copy').bytes).toBeLessThan(bytes);
  expect(counts(64).at(-1)).toBe(126);
});

test('where all thresholds were given nothing is measured', () => {
  const bench = new Bench({ threshold: 1, threadsThreshold: 1 });
  expect(bench.untilArmed()).toBe(1000);
});

/** Jobs of up to 4 MiB are tried on the calling thread. */
const BEYOND = 2 ** 22 + 1;

/** Where threads are worth little; where they are tried. */
const HIGHEST = 2 ** 22;
const FIRST = 131072;

test('one measured gathering in five explores, in both directions', () => {
  const bench = new Bench();
  bench.spoilThreads();
  const limits = Array.from({ length: 35 }, () => {
    bench.untilArmed();
    const { copy: bytes } = bench.choice.limits.threads;
    bench.hand('inline', 0.001);
    expect(bench.choice.limits.threads.copy).toBe(HIGHEST);
    return bytes;
  });
  const explored = limits.filter((bytes) => bytes !== HIGHEST);
  expect(explored).toEqual([FIRST, BEYOND, BEYOND, FIRST, FIRST, BEYOND, BEYOND]);
});

test('engines are used before they are explored', () => {
  const bench = new Bench();
  bench.spoilThreads();
  const limits = Array.from({ length: 31 * 11 }, () => {
    const { copy: bytes } = bench.choice.limits.threads;
    if (bench.sampler.armed) bench.hand('inline', 0.001);
    else bench.sampler.pass();
    return bytes;
  });
  // The fifth and the tenth that are measured explore: threads, and the calling thread.
  const at = (measured: number): number => 31 * measured - 1;
  const before = (bytes: number): number[] => Array<number>(16).fill(bytes);
  const around = (measured: number): number[] => limits.slice(at(measured) - 17, at(measured) + 2);
  expect(around(5)).toEqual([HIGHEST, ...before(FIRST), FIRST, HIGHEST]);
  expect(around(10)).toEqual([HIGHEST, ...before(BEYOND), BEYOND, HIGHEST]);
});

test('what threads did last is handed over sixteen times before it is measured', () => {
  const bench = new Bench();
  /** What the next 31 gatherings are: passed, rehearsed or measured. */
  const round = (kind: EngineKind): string =>
    Array.from({ length: 31 }, () => {
      const { armed, rehearses } = bench.sampler;
      if (armed) bench.hand(kind, 0.001, { bytes: 2 ** 20 });
      else bench.sampler.pass();
      bench.status = Status.Success;
      bench.sampler.look();
      bench.status = Status.Pending;
      return !armed ? '-' : rehearses ? 'r' : 'm';
    }).join('');
  const passed = (gatherings: number): string => '-'.repeat(gatherings);
  expect(round('threads')).toBe(passed(30) + 'm');
  expect(round('threads')).toBe(passed(14) + 'r'.repeat(16) + 'm');
  expect(bench.samples('threads')).toBe(2);
  // Once it is seen that nothing went to them, there is nothing to rehearse.
  expect(round('inline')).toBe(passed(14) + 'r' + passed(15) + 'm');
  expect(round('inline')).toBe(passed(30) + 'm');
  expect([bench.samples('threads'), bench.samples('inline')]).toEqual([2, 2]);
});

test('where hardware serves all engines are explored', () => {
  const bench = new Bench();
  bench.spoilThreads();
  bench.choice.serve(new Set(['copy']));
  const seen = Array.from({ length: 30 }, () => {
    bench.untilArmed();
    const { threads, hardware } = bench.choice.limits;
    bench.hand('inline', 0.001);
    return [threads.copy, hardware.copy].join();
  });
  const { copy: least } = bench.choice.limits.hardware;
  const usual = [HIGHEST, least].join();
  expect(seen.filter((limits) => limits !== usual)).toEqual([
    [HIGHEST, least / 4].join(),
    ...[0, 0].map(() => [FIRST, Infinity].join()),
    ...[0, 0].map(() => [BEYOND, BEYOND].join()),
    [HIGHEST, least / 4].join(),
  ]);
});

test('operations that are done by turns are all measured, and explored in both directions', () => {
  const bench = new Bench();
  bench.spoilThreads();
  const seen = new Set<string>();
  for (let at = 0; at < 31 * 64; at++) {
    const operation = [copy, fill][at % 2];
    if (!bench.sampler.armed) {
      bench.sampler.pass();
      continue;
    }
    if (!bench.sampler.rehearses)
      seen.add(`${operation.name} ${String(bench.choice.limits.threads[operation.name])}`);
    bench.sampler.note(0, operation, 64);
    bench.sampler.measure([['inline', 1]], 1, () => 0);
  }
  const limits = [FIRST, HIGHEST, BEYOND];
  const all = ['copy', 'fill'].flatMap((name) => limits.map((bytes) => `${name} ${String(bytes)}`));
  expect([...seen].sort()).toEqual(all.sort());
});

test('on the spot: all jobs of one operation, and what each took', () => {
  const bench = new Bench();
  bench.untilArmed();
  bench.sampler.note(0, copy, 100);
  bench.sampler.note(1, copy, 300);
  bench.sampler.measure([['inline', 2]], 1, () => {
    bench.now += 0.001;
    return 0;
  });
  const { fixedNs, nsPerByte, samples } = bench.choice.figures('copy').inline!;
  expect(samples).toBe(1);
  expect((fixedNs + 200 * nsPerByte) / 1000).toBeCloseTo(0.5, 2);
});

test('on threads: until the loop finds the record', () => {
  const bench = new Bench();
  bench.untilArmed();
  bench.hand('threads', 0.003);
  bench.now += 0.017;
  bench.sampler.look();
  expect(bench.samples('threads')).toBe(0);
  bench.now += 0.01;
  bench.status = Status.Success;
  bench.sampler.look();
  bench.sampler.look();
  const { fixedNs, heldNs, samples } = bench.choice.figures('copy').threads!;
  expect(samples).toBe(1);
  expect(fixedNs / 30_000).toBeCloseTo(1, 1);
  expect(heldNs / 3000).toBeCloseTo(1, 1);
});

test('on threads, not measured: others are under way, so that it waits for them', () => {
  const bench = new Bench();
  bench.untilArmed();
  bench.active = 3;
  bench.hand('threads', 0.003, { idle: 2 });
  bench.status = Status.Success;
  bench.sampler.look();
  expect(bench.samples('threads')).toBe(0);
});

test.each<[name: string, spoil: (bench: Bench) => void]>([
  ['the slot has gone to another job', (bench) => (bench.ticket = 6)],
  ['it stopped at a fault', (bench) => (bench.status = Status.PageFault)],
])('on threads, not measured: %s', (_name, spoil) => {
  const bench = new Bench();
  bench.untilArmed();
  bench.hand('threads', 0.003);
  spoil(bench);
  bench.sampler.look();
  bench.status = Status.Success;
  bench.sampler.look();
  expect(bench.samples('threads')).toBe(0);
});

test.each<[name: string, gatherings: [EngineKind, number][], left: number]>([
  [
    'several engines',
    [
      ['inline', 1],
      ['threads', 1],
    ],
    0,
  ],
  ['jobs from before', [['inline', 3]], 0],
  ['no room', [['inline', 2]], 1],
  ['nothing', [], 0],
])('not measured: %s', (_name, gatherings, left) => {
  const bench = new Bench();
  bench.untilArmed();
  bench.sampler.note(0, copy, 64);
  bench.sampler.note(1, copy, 64);
  const returned = bench.sampler.measure(gatherings, 1, () => {
    bench.now += 1;
    return left;
  });
  expect(returned).toBe(left);
  expect(bench.choice.figures('copy')).toEqual({});
  expect(bench.sampler.armed).toBe(false);
});

test('not measured: several operations, or a gathering of which nothing was seen', () => {
  const bench = new Bench();
  bench.untilArmed();
  bench.sampler.note(0, copy, 64);
  bench.sampler.note(1, fill, 64);
  bench.sampler.measure([['inline', 2]], 1, () => 0);
  bench.untilArmed();
  bench.sampler.measure([['inline', 1]], 1, () => 0);
  expect([bench.choice.figures('copy'), bench.choice.figures('fill')]).toEqual([{}, {}]);
});

test('while all is measured thresholds do not move, and nothing explores', () => {
  const bench = new Bench();
  bench.sampler.always = true;
  for (let at = 0; at < 100; at++) {
    expect(bench.sampler.armed).toBe(true);
    bench.hand('inline', 0.001);
    bench.status = Status.Pending;
    bench.hand('threads', 10);
    bench.status = Status.Success;
    bench.sampler.look();
    expect(bench.choice.limits.threads.copy).toBe(131072);
  }
  expect([bench.samples('inline'), bench.samples('threads')]).toEqual([100, 100]);
  bench.sampler.always = false;
  expect(bench.untilArmed()).toBe(30);
});

test('a mover measures its own jobs, and goes by them', () => {
  const bench = new Bench();
  for (let at = 0; at < 64; at++) {
    bench.untilArmed();
    const onThreads = 200_000 >= bench.choice.limits.threads.copy;
    bench.status = Status.Pending;
    bench.hand(onThreads ? 'threads' : 'inline', onThreads ? 0.002 : 0.01, { bytes: 200_000 });
    bench.now += onThreads ? 0.1 : 0;
    bench.status = Status.Success;
    bench.sampler.look();
  }
  // On the spot 20 µs of cost, on threads more than 100.
  expect(bench.choice.threshold('threads', 'copy').origin).toBe('measured');
  expect(bench.choice.limits.threads.copy).toBeGreaterThan(200_000);
});

test('a clock that stands still, or goes back, does no harm', () => {
  const bench = new Bench();
  for (let at = 0; at < 64; at++) {
    bench.untilArmed();
    bench.hand('inline', at % 2 === 0 ? 0 : -1);
  }
  expect(bench.samples('inline')).toBe(0);
  expect(bench.choice.limits.threads.copy).toBe(131072);
});
