import type { Range } from '../../memory/range';
import { padded, WORD, type Window } from '../../operations/delta-record';
import type { Operation } from '../../operations/operation';
import { partOperands } from '../../operations/part';
import type { JobOf } from '../work';
import type { Part } from './parts';
import { Scratch } from './scratch';

/** An argument, window by window, as hardware takes it: where need be, as a copy beside it. */
export class Aligned {
  readonly #range: Range;
  readonly #copy: Operation;
  readonly #job: JobOf;
  readonly #scratch = new Scratch();

  /** @param copy - what copies are made by */
  constructor(range: Range, copy: Operation, job: JobOf) {
    this.#range = range;
    this.#copy = copy;
    this.#job = job;
  }

  /** Whether jobs work on the memory itself. */
  suits({ length }: Window): boolean {
    return this.#range.address % WORD === 0 && length % WORD === 0;
  }

  /** What a job works on, in whole words, for the window at `index` of its group. */
  at(index: number, window: Window): Range {
    return this.suits(window) ? this.#of(window) : this.#scratch.at(index, padded(window.length));
  }

  /** What has to be done before, if anything. The last word is made up with zeros. */
  in(index: number, window: Window): Part[] {
    if (this.suits(window)) return [];
    const copy = this.at(index, window);
    copy.bytes.fill(0, window.length);
    return [this.#move(copy.slice(0, window.length), this.#of(window), window)];
  }

  /** What has to be done behind a job that has written, if anything. */
  out(index: number, window: Window): Part[] {
    if (this.suits(window)) return [];
    const copy = this.at(index, window).slice(0, window.length);
    return [this.#move(this.#of(window), copy, window)];
  }

  #of({ start, length }: Window): Range {
    return this.#range.slice(start, length);
  }

  #move(destination: Range, source: Range, window: Window): Part {
    return { future: this.#job(partOperands(this.#copy, destination, source)), window, at: 0 };
  }
}
