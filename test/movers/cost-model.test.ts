import { FittedLine, timeOf, type Line } from '../../lib/movers/cost-line';
import {
  costOf,
  crossing,
  hardwareCrossing,
  misplaced,
  type EngineKind,
} from '../../lib/movers/cost-model';
import { Random } from '../support/random';

const line = (fixedNs: number, nsPerByte: number): Line => ({ fixedNs, nsPerByte });
const guess = line(1000, 0.1);

describe('a line through measured times', () => {
  test.each<[name: string, truth: Line, sizes: number[]]>([
    ['many sizes', line(200, 0.05), [64, 4096, 65536, 1048576]],
    ['two sizes', line(20_000, 0.3), [4096, 1048576]],
    ['nothing but a beginning', line(5000, 0), [64, 1048576]],
  ])('%s', (_name, truth, sizes) => {
    const fitted = new FittedLine(guess);
    for (let at = 0; at < 200; at++) {
      const bytes = sizes[at % sizes.length];
      fitted.add(bytes, timeOf(truth, bytes));
    }
    for (const bytes of sizes) {
      const ratio = timeOf(fitted.line, bytes) / timeOf(truth, bytes);
      expect(Math.abs(ratio - 1)).toBeLessThan(0.07);
    }
    expect(fitted.samples).toBe(200);
  });

  test('without a measurement it is the guess', () => {
    const { fixedNs, nsPerByte } = new FittedLine(guess).line;
    expect(fixedNs).toBeCloseTo(guess.fixedNs);
    expect(nsPerByte).toBeCloseTo(guess.nsPerByte);
  });

  test('one size alone is met, and the guess says the rest', () => {
    const fitted = new FittedLine(guess);
    for (let at = 0; at < 100; at++) fitted.add(10_000, 4000);
    expect(timeOf(fitted.line, 10_000) / 4000).toBeCloseTo(1, 1);
    expect(fitted.line.nsPerByte / fitted.line.fixedNs).toBeCloseTo(0.1 / 1000, 5);
  });

  test('a neighbour that takes the core now and then counts little', () => {
    const truth = line(200, 0.05);
    const fitted = new FittedLine(guess);
    const next = new Random(7);
    for (let at = 0; at < 300; at++) {
      const bytes = 64 << next.below(14);
      const late = next.below(40) === 0 ? 5e6 : 0;
      fitted.add(bytes, timeOf(truth, bytes) + late);
    }
    for (const bytes of [1024, 65536, 524288]) {
      const ratio = timeOf(fitted.line, bytes) / timeOf(truth, bytes);
      expect(Math.abs(ratio - 1)).toBeLessThan(0.3);
    }
  });

  test('it follows what changes', () => {
    const fitted = new FittedLine(guess);
    const sizes = [1024, 1048576];
    for (const nsPerByte of [0.05, 0.5, 0.02]) {
      for (let at = 0; at < 200; at++) fitted.add(sizes[at % 2], 300 + nsPerByte * sizes[at % 2]);
      expect(fitted.line.nsPerByte / nsPerByte).toBeCloseTo(1, 1);
    }
  });

  test('times that fall with the size, or begin below nothing, give no negative costs', () => {
    for (const times of [
      [10_000, 100],
      [1, 1e9],
    ]) {
      const fitted = new FittedLine(guess);
      for (let at = 0; at < 100; at++) fitted.add([1e4, 1e6][at % 2], times[at % 2]);
      expect(fitted.line.fixedNs).toBeGreaterThanOrEqual(0);
      expect(fitted.line.nsPerByte).toBeGreaterThanOrEqual(0);
    }
  });

  test.each([
    [64, 0],
    [64, -1],
    [64, NaN],
    [64, Infinity],
    [-1, 100],
    [NaN, 100],
    [Infinity, 100],
  ])('%p bytes in %p ns are no measurement', (bytes, ns) => {
    const fitted = new FittedLine(guess);
    const before = fitted.line;
    fitted.add(bytes, ns);
    expect([fitted.samples, fitted.line]).toEqual([0, before]);
  });
});

describe('costs', () => {
  const times = { fixedNs: 100, nsPerByte: 0.5, heldNs: 30 };

  test('the loop is held by a job on the spot, and by the hand-over of others', () => {
    expect(costOf('inline', times)).toEqual(line(200, 1));
    expect(costOf('threads', times)).toEqual(line(130, 0.5));
    expect(costOf('hardware', times)).toEqual(line(130, 0.5));
  });

  test.each<[small: Line, large: Line, expected: number]>([
    [line(0, 1), line(1000, 0.5), 2000],
    [line(0, 1), line(1000, 0.7), 3334],
    [line(0, 1), line(1000, 1), Infinity],
    [line(0, 1), line(1000, 2), Infinity],
    [line(10, 1), line(10, 0.5), 0],
    [line(10, 1), line(5, 0.5), 0],
    [line(10, 1), line(5, 1), 0],
    [line(10, 1), line(10, 1), Infinity],
    [line(10, 1), line(5, 2), Infinity],
  ])('%j and %j are equal at %p', (small, large, expected) => {
    expect(crossing(small, large)).toBe(expected);
  });

  test.each<
    [
      name: string,
      costs: Partial<Record<EngineKind, Line>>,
      threads: number,
      expected: number | undefined,
    ]
  >([
    ['nothing is known of hardware', { inline: line(0, 1) }, 1000, undefined],
    ['nothing is known of the calling thread', { hardware: line(0, 1) }, 1000, undefined],
    [
      'before threads',
      { inline: line(0, 1), threads: line(1000, 0.5), hardware: line(100, 0.1) },
      2000,
      112,
    ],
    [
      'after threads',
      { inline: line(0, 1), threads: line(1000, 0.5), hardware: line(3000, 0.1) },
      2000,
      5000,
    ],
    [
      'never',
      { inline: line(0, 1), threads: line(1000, 0.5), hardware: line(3000, 0.6) },
      2000,
      Infinity,
    ],
    ['without threads', { inline: line(0, 1), hardware: line(900, 0.1) }, 500, 1000],
  ])('hardware: %s', (_name, known, threads, expected) => {
    const costs = { inline: undefined, threads: undefined, hardware: undefined, ...known };
    expect(hardwareCrossing(costs, threads)).toBe(expected);
  });

  test.each<[threshold: number, expected: boolean]>([
    [2000, false],
    [1900, false],
    [2300, false],
    [1000, true],
    [8000, true],
    [Infinity, true],
  ])('a threshold of %p where 2000 would be best is misplaced: %p', (threshold, expected) => {
    expect(misplaced(threshold, line(0, 1), line(1000, 0.5))).toBe(expected);
  });

  test('never is right where it never pays', () => {
    expect(misplaced(Infinity, line(0, 1), line(1000, 1))).toBe(false);
  });
});
