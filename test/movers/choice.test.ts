import { Choice } from '../../lib/movers/choice';
import { timeOf, type Line } from '../../lib/movers/cost-line';
import type { EngineKind } from '../../lib/movers/cost-model';
import { startingThresholds, type ThresholdOption } from '../../lib/movers/thresholds';

const MiB = 2 ** 20;

/** A machine that was made up: what a job takes, and for how long handing over holds the loop. */
type Machine = Partial<Record<EngineKind, Line & { heldNs?: number }>>;

const choiceOf = (threadsThreshold?: ThresholdOption, threshold?: ThresholdOption): Choice =>
  new Choice(
    startingThresholds({
      ...(threadsThreshold === undefined ? {} : { threadsThreshold }),
      ...(threshold === undefined ? {} : { threshold }),
    }),
  );

const sizes = [1024, 16384, 262144, MiB];

/** Jobs of all sizes on every engine, and a look at the thresholds after each. */
function work(choice: Choice, machine: Machine, rounds = 64): number[] {
  const seen: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [kind, line] of Object.entries(machine)) {
      const bytes = sizes[round % sizes.length];
      choice.add(kind as EngineKind, 'copy', bytes, timeOf(line, bytes), line.heldNs ?? 0);
    }
    choice.follow('copy');
    seen.push(choice.threshold('threads', 'copy').bytes);
  }
  return seen;
}

const inline = { fixedNs: 200, nsPerByte: 0.1 };
const threads = { fixedNs: 18_000, nsPerByte: 0.1, heldNs: 2000 };
/** Where twice the time on the spot is that on threads with the hand-over, about. */
const best = (18_000 + 2000 - 400) / 0.1;

/** How much more than the cheapest engine the chosen one costs, at worst. */
function loss(
  choice: Choice,
  machine: { inline: Line; threads: Line & { heldNs: number } },
): number {
  const losses = Array.from({ length: 300 }, (_, at) => {
    const bytes = Math.round(64 * 1.05 ** at);
    const costs = [
      2 * timeOf(machine.inline, bytes),
      timeOf(machine.threads, bytes) + machine.threads.heldNs,
    ];
    const chosen = costs[bytes < choice.limits.threads.copy ? 0 : 1];
    return chosen / Math.min(...costs);
  });
  return Math.max(...losses);
}

test('the default holds until enough was measured of both engines', () => {
  const choice = choiceOf();
  work(choice, { inline }, 100);
  expect(choice.threshold('threads', 'copy')).toEqual({ bytes: 131072, origin: 'default' });
  work(choice, { threads }, 3);
  expect(choice.threshold('threads', 'copy').origin).toBe('default');
  work(choice, { threads }, 1);
  expect(choice.threshold('threads', 'copy').origin).toBe('measured');
  expect(choice.threshold('threads', 'fill')).toEqual({ bytes: 131072, origin: 'default' });
});

test.each([
  ['threads that wake up late', inline, { fixedNs: 60_000, nsPerByte: 0.1, heldNs: 2000 }],
  ['threads that wake up soon', inline, { fixedNs: 5000, nsPerByte: 0.1, heldNs: 500 }],
  ['many threads', inline, { fixedNs: 20_000, nsPerByte: 0.02, heldNs: 2000 }],
  ['a slow operation', { fixedNs: 300, nsPerByte: 0.6 }, { ...threads, nsPerByte: 0.6 }],
  ['a fast core', { fixedNs: 300, nsPerByte: 0.03 }, { ...threads, nsPerByte: 0.05 }],
  ['threads that cost a lot by byte', inline, { ...threads, nsPerByte: 0.15 }],
])('never more than 10 %% beyond the cheapest engine: %s', (_name, onTheSpot, onThreads) => {
  const choice = choiceOf();
  const machine = { inline: onTheSpot, threads: onThreads };
  work(choice, machine, 200);
  expect(loss(choice, machine)).toBeLessThan(1.1 + 0.03);
});

test('it follows a machine that changes, there and back', () => {
  const choice = choiceOf();
  work(choice, { inline, threads }, 200);
  const before = choice.threshold('threads', 'copy').bytes;
  expect(before / best).toBeCloseTo(1, 0);
  const slow = { ...threads, fixedNs: 90_000 };
  work(choice, { inline, threads: slow }, 200);
  expect(loss(choice, { inline, threads: slow })).toBeLessThan(1.13);
  expect(choice.threshold('threads', 'copy').bytes).toBeGreaterThan(3 * before);
  work(choice, { inline, threads }, 200);
  expect(loss(choice, { inline, threads })).toBeLessThan(1.13);
});

test('it stays where it is while costs are nearly equal', () => {
  const choice = choiceOf();
  work(choice, { inline, threads }, 200);
  const settled = choice.threshold('threads', 'copy').bytes;
  for (let at = 0; at < 20; at++) {
    const fixedNs = threads.fixedNs * (at % 2 === 0 ? 1.05 : 0.95);
    const seen = work(choice, { inline, threads: { ...threads, fixedNs } }, 40);
    expect(new Set(seen)).toEqual(new Set([settled]));
  }
});

test('neither tiny jobs go to threads nor huge ones stay, whatever was measured', () => {
  const [eager, late] = [choiceOf(), choiceOf()];
  work(eager, {
    inline: { fixedNs: 1e6, nsPerByte: 100 },
    threads: { fixedNs: 1, nsPerByte: 0.001 },
  });
  expect(eager.threshold('threads', 'copy').bytes).toBe(4096);
  work(late, {
    inline: { fixedNs: 1, nsPerByte: 0.001 },
    threads: { fixedNs: 1e6, nsPerByte: 100 },
  });
  expect(late.threshold('threads', 'copy').bytes).toBe(4 * MiB);
});

test('given thresholds stay, the others follow', () => {
  const choice = choiceOf({ copy: 77 });
  work(choice, { inline, threads }, 100);
  expect(choice.threshold('threads', 'copy')).toEqual({ bytes: 77, origin: 'given' });
  expect(choice.follows).toBe(true);
  expect(choiceOf(77, 77).follows).toBe(false);
});

describe('hardware', () => {
  const hardware = { fixedNs: 2000, nsPerByte: 0.03, heldNs: 500 };
  const machine = { inline, threads, hardware };

  test('its threshold follows, too', () => {
    const choice = choiceOf();
    expect(choice.threshold('hardware', 'copy')).toEqual({ bytes: 8192, origin: 'default' });
    work(choice, { ...machine, hardware: { ...hardware, fixedNs: 30_000 } }, 100);
    expect(choice.threshold('hardware', 'copy').origin).toBe('measured');
    expect(choice.threshold('hardware', 'copy').bytes).toBeGreaterThan(100_000);
    work(choice, machine, 200);
    // The calling thread costs 400 ns + 0.2 ns by byte, hardware 2500 ns + 0.03.
    const { bytes } = choice.threshold('hardware', 'copy');
    expect(bytes).toBeGreaterThan(9000);
    expect(bytes).toBeLessThan(16_000);
  });

  test('what is slower never goes there', () => {
    const choice = choiceOf();
    work(choice, { ...machine, hardware: { fixedNs: 2000, nsPerByte: 1 } }, 100);
    expect(choice.limits.hardware.copy).toBe(Infinity);
  });

  test('what it cannot do never goes there, whatever is measured', () => {
    const choice = choiceOf(undefined, 100);
    choice.serve(new Set(['fill']));
    expect([choice.limits.hardware.copy, choice.limits.hardware.fill]).toEqual([Infinity, 100]);
    work(choice, machine, 100);
    choice.calibrate();
    expect(choice.limits.hardware.copy).toBe(Infinity);
  });
});

describe('calibration', () => {
  test('moves given thresholds, and does without hysteresis', () => {
    const choice = choiceOf(100_000, 1);
    work(choice, { inline, threads, hardware: { fixedNs: 2000, nsPerByte: 0.03 } }, 100);
    choice.calibrate();
    for (const side of ['threads', 'hardware'] as const) {
      expect(choice.threshold(side, 'copy').origin).toBe('calibrated');
    }
    expect(choice.threshold('threads', 'copy').bytes / best).toBeCloseTo(1, 0);
    expect(choice.threshold('threads', 'fill')).toEqual({ bytes: 100_000, origin: 'given' });
  });
});

describe('exploring', () => {
  test('tries the other side of a threshold, within bounds, and ends', () => {
    const choice = choiceOf({ fill: 1000 });
    choice.explore('hardware');
    expect(choice.limits.hardware).toMatchObject({ copy: 2048, fill: 2048, nop: Infinity });
    choice.explore('inline');
    expect(choice.limits.threads).toMatchObject({ copy: 4 * MiB + 1, fill: 1000, nop: Infinity });
    expect(choice.limits.hardware).toMatchObject({ copy: 4 * MiB + 1, nop: Infinity });
    expect(choice.threshold('threads', 'copy').bytes).toBe(131072);
    choice.explore(undefined);
    expect(choice.limits.threads.copy).toBe(131072);
  });

  test('finds the way back from the highest thresholds', () => {
    const choice = choiceOf();
    const never = { fixedNs: 1e6, nsPerByte: 1 };
    work(choice, { inline: { fixedNs: 1, nsPerByte: 0.001 }, threads: never, hardware: never });
    expect([choice.limits.threads.copy, choice.limits.hardware.copy]).toEqual([4 * MiB, Infinity]);
    choice.explore('hardware');
    expect([choice.limits.threads.copy, choice.limits.hardware.copy]).toEqual([4 * MiB, 65536]);
    choice.explore('threads');
    expect([choice.limits.threads.copy, choice.limits.hardware.copy]).toEqual([131072, Infinity]);
  });

  test('goes by thresholds that have moved since', () => {
    const choice = choiceOf();
    choice.explore('hardware');
    choice.explore(undefined);
    work(choice, { inline, threads }, 100);
    choice.explore('hardware');
    expect(choice.limits.threads.copy).toBe(choice.threshold('threads', 'copy').bytes);
  });

  test('no thread is woken for jobs smaller than at first, unless its threshold is there', () => {
    const choice = choiceOf();
    const explored = (): number => {
      choice.explore('threads');
      const { copy } = choice.limits.threads;
      choice.explore(undefined);
      return copy;
    };
    expect(explored()).toBe(131072);
    work(choice, { inline, threads: { ...threads, fixedNs: 3000 } }, 100);
    expect(explored()).toBeLessThan(65536);
    expect(explored()).toBe(choice.threshold('threads', 'copy').bytes);
  });
});

test('measurements that make no sense change nothing', () => {
  const choice = choiceOf();
  for (let at = 0; at < 100; at++) {
    for (const kind of ['inline', 'threads', 'hardware'] as const) {
      choice.add(kind, 'copy', [-1, 64, 64, NaN][at % 4], [5, NaN, -5, 5][at % 4], NaN);
    }
    choice.follow('copy');
  }
  expect(choice.threshold('threads', 'copy')).toEqual({ bytes: 131072, origin: 'default' });
  expect(choice.threshold('hardware', 'copy').origin).toBe('default');
});

test('figures: what was measured of each engine', () => {
  const choice = choiceOf();
  expect(choice.figures('copy')).toEqual({});
  work(choice, { inline, threads }, 100);
  const { inline: spot, threads: pool, hardware } = choice.figures('copy');
  expect(hardware).toBeUndefined();
  expect(spot).toMatchObject({ samples: 100, heldNs: 0 });
  expect(spot!.nsPerByte / 0.1).toBeCloseTo(1, 1);
  expect(pool!.heldNs / 2000).toBeCloseTo(1, 1);
});
