import {
  Pool,
  type CompareResult,
  type DataOperations,
  type DeltaResult,
  type DifResult,
  type Future,
} from '../../lib';
import { Random } from '../support/random';

/** Where a program works: memory of the user first, then scratch memory. */
export type Cells = readonly Buffer[];

/** One operation of a program, on cells of our choice. */
export type Step = (operations: DataOperations, cells: Cells) => Future<unknown>;

export interface Program {
  readonly steps: readonly Step[];
  /** Bytes of a cell. */
  readonly size: number;
}

export const USER_CELLS = 3;
export const SCRATCH_CELLS = 3;

const CELLS = USER_CELLS + SCRATCH_CELLS;
const PAGE = 4096;
/** Bytes of a cell, and of operands, of which all that takes more is a multiple. */
const SIZE = 2560;
const LENGTHS = [8, 80, 512, 520, 1024, 1040];
/** One program in so many is on large memory. */
const LARGE = 40;

const pool = new Pool({ align: PAGE, slabBytes: 2 ** 22 });

/** Bytes behind every cell that nobody may touch. */
const GUARD = 64;

/** A delta record of eight entries for 64 bytes or more, at the start of the first cell. */
function record(random: Random): Buffer {
  const bytes = random.bytes(80);
  for (let entry = 0; entry < 8; entry++) bytes.writeUInt16LE(entry, entry * 10);
  return bytes;
}

/** Memory of the user: the same for the same seed. With the memory around it, for comparison. */
export class UserMemory {
  readonly cells: Buffer[] = [];
  readonly #blocks: Buffer[] = [];

  constructor(cells: number, size: number, seed: number) {
    const random = new Random(seed);
    const noise = random.bytes(SIZE);
    for (let cell = 0; cell < cells; cell++) {
      const block = pool.alloc(size + GUARD);
      for (let at = 0; at < block.length; at += SIZE)
        block.set(noise.subarray(0, Math.min(SIZE, block.length - at)), at);
      block.fill(random.bytes(64), 0, 128);
      this.#blocks.push(block);
      this.cells.push(block.subarray(0, size));
    }
    this.cells[0]!.set(record(random));
  }

  equals(other: UserMemory): boolean {
    return this.#blocks.every((block, cell) => block.equals(other.#blocks[cell]!));
  }

  release(): void {
    for (const block of this.#blocks) pool.release(block);
  }
}

/** Part of a cell, and what is known of the bytes in it. */
interface Place {
  readonly cell: number;
  readonly at: number;
  readonly length: number;
  readonly holds?: 'fields' | 'record' | undefined;
}

const view = ({ cell, at, length }: Place, cells: Cells): Buffer =>
  cells[cell]!.subarray(at, at + length);

const meet = (a: Place, b: Place): boolean =>
  a.cell === b.cell && a.at < b.at + b.length && b.at < a.at + a.length;

/** What `UserMemory` puts there. */
const theRecord: Place = { cell: 0, at: 0, length: 80, holds: 'record' };

/** Makes programs in which steps use what others made, often and in all ways. */
class Author {
  readonly steps: Step[] = [];
  readonly #random: Random;
  readonly #scale: number;
  /** What was read or written before. */
  #recent: Place[] = [];

  constructor(random: Random, scale: number) {
    this.#random = random;
    this.#scale = scale;
  }

  write(): void {
    for (let cell = USER_CELLS; cell < CELLS; cell++) {
      // What scratch memory holds at first is not defined.
      const whole = { at: 0, length: SIZE * this.#scale };
      this.#transfer({ cell, ...whole }, { cell: this.#below(USER_CELLS), ...whole });
    }
    const length = SCRATCH_CELLS + 1 + this.#below(16);
    while (this.steps.length < length) this.#step();
  }

  #below(bound: number): number {
    return this.#random.below(bound);
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#below(items.length)]!;
  }

  #chance(percent: number): boolean {
    return this.#below(100) < percent;
  }

  /** A place in a cell, mostly at a multiple of 8. */
  #place(length: number, cell: number): Place {
    const room = SIZE * this.#scale - length;
    const at = this.#below(room + 1);
    return { cell, length, at: this.#chance(90) ? at & -8 : at };
  }

  #length(): number {
    return this.#pick(LENGTHS) * this.#scale;
  }

  #source(length: number | undefined, holds?: Place['holds']): Place {
    const fits = this.#recent.filter(
      (place) =>
        (length === undefined || place.length >= length) &&
        (holds === undefined || place.holds === holds),
    );
    if (fits.length === 0 || this.#chance(25)) {
      return this.#place(length ?? this.#length(), this.#below(CELLS));
    }
    const place = this.#pick(fits.slice(-4));
    if (length === undefined || length === place.length) return place;
    const at = place.at + (this.#below(place.length - length + 1) & -8);
    return { cell: place.cell, at, length };
  }

  /** One that shares no byte with those that are to stay, mostly. */
  #destination(length: number, ...others: readonly Place[]): Place {
    let place = this.#somewhere(length);
    for (let tries = 20; tries > 0 && others.some((other) => meet(place, other)); tries--) {
      place = this.#somewhere(length);
    }
    return this.#chance(2) ? this.#somewhere(length) : place;
  }

  #somewhere(length: number): Place {
    const cell = this.#chance(60)
      ? USER_CELLS + this.#below(SCRATCH_CELLS)
      : this.#below(USER_CELLS);
    const same = this.#recent.filter((place) => place.length === length);
    // The same again, so that it is written over.
    if (same.length > 0 && this.#chance(20)) return { ...this.#pick(same), holds: undefined };
    return this.#place(length, cell);
  }

  #note(...places: Place[]): void {
    const stays = (old: Place): boolean => old.holds === undefined || !meet(old, places[0]!);
    this.#recent = [...this.#recent.filter(stays), ...places];
  }

  #transfer(to: Place, from: Place): void {
    const kind = meet(to, from) && this.#chance(95) ? 7 : this.#below(10);
    this.steps.push((m, cells) => {
      const [dst, src] = [view(to, cells), view(from, cells)];
      if (kind < 6) return m.copy(dst, src);
      return kind < 8 ? m.move(dst, src) : m.copyCrc32c(dst, src);
    });
    this.#note({ ...to, holds: from.holds }, from);
  }

  #step(): void {
    const expects = this.#chance(20);
    const [byte, seed] = [this.#below(256), this.#below(3)];
    switch (this.#below(24)) {
      default: {
        const from = this.#source(undefined);
        this.#transfer(this.#destination(from.length, ...(this.#chance(80) ? [from] : [])), from);
        break;
      }
      case 0:
      case 1:
      case 2:
      case 3: {
        const from = this.#source(undefined);
        this.steps.push((m, cells) => m.crc32c(view(from, cells), { seed }));
        break;
      }
      case 4:
      case 5: {
        const to = this.#destination(this.#length());
        this.steps.push((m, cells) => m.fill(view(to, cells), byte));
        this.#note(to);
        break;
      }
      case 6: {
        const from = this.#source(undefined);
        const first = this.#destination(from.length, from);
        const second = { ...first, cell: (first.cell + 1 + this.#below(CELLS - 1)) % CELLS };
        if (meet(second, from) && this.#chance(90)) break;
        this.steps.push((m, cells) =>
          m.dualcast([view(first, cells), view(second, cells)], view(from, cells)),
        );
        this.#note(first, second, from);
        break;
      }
      case 7: {
        const a = this.#source(undefined);
        const b = this.#source(a.length);
        this.steps.push((m, cells) =>
          m.compare(view(a, cells), view(b, cells), expects ? { expect: 'different' } : {}),
        );
        break;
      }
      case 8: {
        const a = this.#source(undefined);
        const o = expects ? { expect: 'equal' as const } : {};
        this.steps.push((m, cells) => m.comparePattern(view(a, cells), byte, o));
        break;
      }
      case 9: {
        const [a, b] = [this.#source(undefined), this.#source(undefined)];
        this.steps.push((m, cells) => m.equals(view(a, cells), view(b, cells)));
        break;
      }
      case 10: {
        const before = this.#source(undefined);
        const after = this.#source(before.length);
        const room = this.#destination(this.#pick([80, 520]) * this.#scale, before, after);
        const o = expects ? { expect: ['different' as const] } : {};
        this.steps.push((m, cells) =>
          m.createDelta(view(before, cells), view(after, cells), view(room, cells), o),
        );
        this.#note(room, before, after);
        break;
      }
      case 11: {
        const known = this.#chance(90) ? this.#source(80, 'record') : this.#source(80);
        const changes = known.holds === 'record' ? known : this.#chance(80) ? theRecord : known;
        const target = this.#destination(this.#pick([512, 1024]) * this.#scale, changes);
        this.steps.push((m, cells) => m.applyDelta(view(target, cells), view(changes, cells)));
        this.#note(target, changes);
        break;
      }
      case 12:
      case 13: {
        const from = this.#source(512 * this.#scale);
        const to = this.#destination(520 * this.#scale, from);
        this.steps.push((m, cells) =>
          m.dif.insert(view(to, cells), view(from, cells), { appTag: byte, refTag: seed }),
        );
        this.#note({ ...to, holds: 'fields' }, from);
        break;
      }
      case 14:
      case 15: {
        const from = this.#source(520 * this.#scale, 'fields');
        if (from.holds !== 'fields' && this.#chance(90)) break;
        const kind = this.#below(3);
        const to = this.#destination((kind === 1 ? 512 : 520) * this.#scale, from);
        const checks = { appMask: 0, checkRef: this.#chance(5) };
        this.steps.push((m, cells) => {
          const src = view(from, cells);
          if (kind === 0) return m.dif.check(src, checks);
          if (kind === 1) return m.dif.strip(view(to, cells), src, checks);
          return m.dif.update(view(to, cells), src, checks, { refTag: byte });
        });
        if (kind > 0) this.#note({ ...to, holds: kind === 2 ? 'fields' : undefined }, from);
        break;
      }
      case 16: {
        const range = this.#source(undefined);
        if (this.#chance(50)) this.steps.push((m, cells) => m.flush(view(range, cells)));
        else this.steps.push((m) => m.nop());
        break;
      }
      case 17: {
        const from = this.#source(80);
        const refused = this.#chance(5);
        const to = refused ? this.#place(8, 0) : this.#destination(80, from);
        this.steps.push((m, cells) => m.copy(view(to, cells), view(from, cells)));
        this.#note(to, from);
        break;
      }
    }
  }
}

export function randomProgram(seed: number): Program {
  const random = new Random(seed);
  const scale = random.below(LARGE) === 0 ? 64 : 1;
  const author = new Author(random, scale);
  author.write();
  return { steps: author.steps, size: SIZE * scale };
}

/** A result without what is memory; of a record its size, since its bytes are compared with all others. */
export function plain(result: unknown): unknown {
  if (Array.isArray(result)) return result.map(plain);
  if (Buffer.isBuffer(result)) return `${result.length} bytes`;
  const { record: made, ...rest } = Object(result) as Partial<DeltaResult>;
  return made === undefined ? result : { ...rest, record: made.length };
}

/** Whether what comes behind a step is done. */
export function goesOn(result: unknown): boolean {
  const { expected, ok } = Object(result) as Partial<CompareResult & DifResult>;
  return expected !== false && ok !== false;
}
