import { MultiBar, Presets } from 'cli-progress';
import { formatNumber } from './format.mjs';
import { operations } from './operations.mjs';

const sides = { plain: 'plain Buffer calls', datamover: 'datamover' };
const nameWidth = Math.max(...operations.map(({ name }) => name.length));

const outcome = ({ gigabytesPerSecond, problems }) =>
  problems.length > 0 ? 'WRONG' : `${formatNumber(gigabytesPerSecond)} GB/s, verified`;

/** Bars on a terminal, a line for each phase elsewhere. */
export function progressOn(output) {
  return output.isTTY ? new Bars(output) : new Lines(output);
}

class Lines {
  #output;
  #label;

  constructor(output) {
    this.#output = output;
  }

  begin(name, side) {
    this.#label = `${name.padEnd(nameWidth)}  ${sides[side].padEnd(sides.plain.length)}`;
  }

  advance() {}

  end(result) {
    this.#output.write(`${this.#label}  ${outcome(result)}\n`);
  }

  finish() {}
}

/** One bar for each operation: its first half are the plain calls, its second the mover's. */
class Bars {
  #bars;
  #byName;
  #current;

  constructor(stream) {
    // The terminal is left as it is: nothing to restore when the program is interrupted.
    const terminal = { stream, hideCursor: null, linewrap: null, gracefulExit: false };
    const format = `{name}  {bar}  {status}`;
    this.#bars = new MultiBar({ ...terminal, format, barsize: 30 }, Presets.shades_classic);
    this.#byName = new Map(
      operations.map(({ name }) => [
        name,
        this.#bars.create(1, 0, { name: name.padEnd(nameWidth), status: '' }),
      ]),
    );
  }

  begin(name, side, rounds) {
    this.#current = this.#byName.get(name);
    this.#current.setTotal(2 * rounds);
    this.#current.update({ status: sides[side] });
  }

  advance() {
    this.#current.increment();
  }

  end(result) {
    this.#current.update({ status: outcome(result) });
  }

  finish() {
    this.#bars.stop();
  }
}
