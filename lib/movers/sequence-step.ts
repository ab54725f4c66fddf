import { Flag, Opcode } from '../abi/descriptor';
import { overlap, type Range } from '../memory/range';
import type { Operands } from '../operations/operation';
import { sameOptions, type Settings } from './options';

/** An operation as it was asked for. */
export interface Recorded {
  readonly operands: Operands;
  readonly settings: Settings;
}

/** Where an operation reads and does not write. */
type Source = 'source' | 'second';

type Ranges = Partial<Record<Source | 'destination', Range>>;

/** Whether all bytes of a range are in another. */
export const contains = (outer: Range, inner: Range): boolean =>
  outer.address <= inner.address && inner.address + inner.length <= outer.address + outer.length;

export const equal = (a: Range, b: Range): boolean =>
  a.address === b.address && a.length === b.length;

function touches(ranges: readonly Range[], range: Range): boolean {
  for (const each of ranges) if (overlap(each, range)) return true;
  return false;
}

/** Addresses of what a delta is made of are multiples of it. Bytes. */
const WORD = 8;

/** A step of a sequence while that is planned: an operation that can change, or be left to another. */
export class Step {
  readonly index: number;
  readonly settings: Settings;
  /** Who does its work: it itself, another step, or nobody, since it need not be done. */
  doer: Step | undefined = this;
  #operands: Operands;
  #reads: readonly Range[] = [];
  #writes: readonly Range[] = [];

  constructor(index: number, { operands, settings }: Recorded) {
    this.index = index;
    this.settings = settings;
    this.#operands = operands;
    this.become(operands);
  }

  get operands(): Operands {
    return this.#operands;
  }

  get opcode(): number {
    return this.#operands.operation.opcode;
  }

  get writes(): readonly Range[] {
    return this.#writes;
  }

  /** Whether it copies a range to another that shares no byte with it, and does nothing else. */
  get copies(): boolean {
    return this.opcode === Opcode.MemoryMove && this.#writes.length > 0 && !this.#overlaps;
  }

  /** Whether it may end the sequence: by the bytes that it finds, or by a signal of its own. */
  get decides(): boolean {
    if (this.doer !== this) return false;
    const { flags, operation } = this.#operands;
    const { signal } = this.settings;
    return operation.decides === true || (flags & Flag.CheckResult) !== 0 || signal !== undefined;
  }

  /** From now on it is this operation. */
  become(operands: Operands): void {
    const { operation, length, destination, source, second } = operands;
    const dual = operation.dual === true;
    const ranges = (...all: (Range | null)[]): Range[] =>
      length === 0 ? [] : all.filter((range) => range !== null);
    this.#operands = operands;
    this.#reads = ranges(source, dual ? null : second);
    this.#writes = ranges(destination, dual ? second : null);
  }

  leaveTo(doer: Step | undefined): void {
    this.doer = doer;
    this.#reads = [];
    this.#writes = [];
  }

  sources(): Source[] {
    const { operation, source, second } = this.#operands;
    if (this.#reads.length === 0) return [];
    const names: Source[] = source === null ? [] : ['source'];
    return second === null || operation.dual === true ? names : [...names, 'second'];
  }

  /** Whether it depends on a byte of the range, or leaves it what it is. */
  reads(range: Range): boolean {
    const keeps = this.#operands.operation.partial === true;
    return touches(this.#reads, range) || (keeps && this.changes(range));
  }

  changes(range: Range): boolean {
    return touches(this.#writes, range);
  }

  /** Whether nothing is left of what the range held. */
  replaces(range: Range): boolean {
    const keeps = this.#operands.operation.partial === true;
    return !keeps && this.#writes.some((each) => contains(each, range));
  }

  /** Whether it makes just the bytes of the range, and cannot fail to, whatever they are. */
  makes(range: Range): boolean {
    if (this.#writes.length !== 1 || this.decides) return false;
    return this.replaces(range) && equal(this.#writes[0], range);
  }

  /** Where the bytes that it puts into the range come from, as long as they stay there. */
  originOf(range: Range): Range | undefined {
    const { opcode } = this;
    const transfers =
      opcode === Opcode.MemoryMove || opcode === Opcode.Dualcast || opcode === Opcode.CopyCrc;
    if (!transfers || this.#overlaps) return undefined;
    const whole = this.#writes.find((each) => contains(each, range));
    if (whole === undefined) return undefined;
    return this.#operands.source!.slice(range.address - whole.address, range.length);
  }

  /** Whether the two have to stay in their order. */
  conflicts(other: Step): boolean {
    for (const range of this.#writes) {
      if (other.changes(range) || touches(other.#reads, range)) return true;
    }
    for (const range of this.#reads) if (other.changes(range)) return true;
    return false;
  }

  /** Whether one operation can do the work of both, as far as options are concerned. */
  agrees({ settings }: Step): boolean {
    return sameOptions(this.settings, settings);
  }

  /** The operation with other ranges of the same lengths; undefined where they break its rules. */
  with(ranges: Ranges): Operands | undefined {
    const { index, settings, opcode } = this;
    const changed = new Step(index, { operands: { ...this.#operands, ...ranges }, settings });
    const unaligned = ({ address }: Range): boolean => address % WORD !== 0;
    if (opcode === Opcode.CreateDelta && changed.#reads.some(unaligned)) return undefined;
    return changed.#overlaps ? undefined : changed.operands;
  }

  /** The operation as it reads `to` where it reads `from`; undefined where it cannot do without that. */
  readingFrom(from: Range, to: Range): Operands | undefined {
    const ranges: Ranges = {};
    for (const name of this.sources()) {
      const range = this.#operands[name]!;
      if (!overlap(range, from)) continue;
      if (!contains(from, range)) return undefined;
      ranges[name] = to.slice(range.address - from.address, range.length);
    }
    const keeps = this.#operands.operation.partial === true;
    return keeps && this.changes(from) ? undefined : this.with(ranges);
  }

  get #overlaps(): boolean {
    return this.#reads.some((range) => this.changes(range));
  }
}
