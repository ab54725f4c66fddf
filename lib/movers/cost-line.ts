/** What a job of some size takes: a straight line. */
export interface Line {
  /** However small the job is. */
  readonly fixedNs: number;
  readonly nsPerByte: number;
}

/** How much of what was known is left when another time is added: some 16 times count. */
const KEPT = 15 / 16;

/** A time so much longer than expected counts as if it were no longer than that. */
const LONGEST = 2;

/** What the first guess weighs, in measured times; and its second size, the first being 0. */
const GUESS_WEIGHT = 0.01;
const GUESS_BYTES = 2 ** 20;

export const timeOf = ({ fixedNs, nsPerByte }: Line, bytes: number): number =>
  fixedNs + nsPerByte * bytes;

/**
 * A line through times of jobs of any sizes, by least squares of errors in units of what such a job was
 * guessed to take. Recent times count more, so that it follows, and a time that is far too long (something
 * else had the core) counts little. What times of one size alone cannot say, the guess does: how much of it
 * does not depend on the size.
 */
export class FittedLine {
  /** Times that were added. */
  samples = 0;
  readonly #guess: Line;
  #line: Line | undefined;
  // Sums over all times t of jobs of n bytes: of their weights, and these times n, n * n, t, and n * t.
  #w = 0;
  #wn = 0;
  #wnn = 0;
  #wt = 0;
  #wnt = 0;

  constructor(guess: Line) {
    this.#guess = guess;
  }

  /** What no clock should give (no time, a negative one, none that is a number) is left out. */
  add(bytes: number, ns: number): void {
    if (!(ns > 0 && ns < Infinity && bytes >= 0 && bytes < Infinity)) return;
    const t = Math.min(ns, LONGEST * timeOf(this.line, bytes));
    const w = timeOf(this.#guess, bytes) ** -2;
    this.#w = KEPT * this.#w + w;
    this.#wn = KEPT * this.#wn + w * bytes;
    this.#wnn = KEPT * this.#wnn + w * bytes * bytes;
    this.#wt = KEPT * this.#wt + w * t;
    this.#wnt = KEPT * this.#wnt + w * bytes * t;
    this.samples++;
    this.#line = undefined;
  }

  get line(): Line {
    return (this.#line ??= this.#fit());
  }

  #fit(): Line {
    const scale = this.#scale();
    const small = this.#guess.fixedNs;
    const large = timeOf(this.#guess, GUESS_BYTES);
    const w0 = GUESS_WEIGHT * small ** -2;
    const w1 = GUESS_WEIGHT * large ** -2;
    const w = this.#w + w0 + w1;
    const wn = this.#wn + w1 * GUESS_BYTES;
    const wnn = this.#wnn + w1 * GUESS_BYTES * GUESS_BYTES;
    const wt = this.#wt + scale * (w0 * small + w1 * large);
    const wnt = this.#wnt + scale * w1 * GUESS_BYTES * large;
    const determinant = w * wnn - wn * wn;
    const fixedNs = (wt * wnn - wnt * wn) / determinant;
    const nsPerByte = (wnt * w - wt * wn) / determinant;
    // No job takes less than nothing, and none less for being larger.
    if (fixedNs < 0) return { fixedNs: 0, nsPerByte: wnt / wnn };
    if (nsPerByte < 0) return { fixedNs: wt / w, nsPerByte: 0 };
    return { fixedNs, nsPerByte };
  }

  /** How many times longer jobs take than was guessed. */
  #scale(): number {
    if (this.samples === 0) return 1;
    const { fixedNs: a, nsPerByte: b } = this.#guess;
    const expected = a * a * this.#w + 2 * a * b * this.#wn + b * b * this.#wnn;
    return (a * this.#wt + b * this.#wnt) / expected;
  }
}
