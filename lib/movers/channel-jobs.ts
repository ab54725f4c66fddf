import { Opcode } from '../abi/descriptor';
import { Status } from '../abi/completion-record';
import { MoverError } from '../errors';
import type { Range } from '../memory/range';
import type { Operation } from '../operations/operation';
import { Entry, EntryState } from './channel-entry';
import { NO_ANSWER } from './channel-ring';
import type { JobQueue } from './job-queue';

/** How the number of an entry is made up: generations keep it within 30 bits. */
const enum Numbers {
  IndexBits = 16,
  IndexMask = 0xffff,
  GenerationMask = 0x3fff,
}

/** The operations of a channel that are jobs of its mover: of threads, or of work queues. */
export class ChannelJobs {
  readonly #queue: JobQueue;
  readonly #order: number;
  readonly #settled: (entry: Entry) => void;
  readonly #entries: Entry[] = [];
  /** Those that are free, the latest last. */
  readonly #free: Entry[] = [];
  /** Those that have settled, in that order, and those that were handed out the last time. */
  #complete: Entry[] = [];
  #readable: Entry[] = [];

  /**
   * @param order - how they are carried out: see `Order`
   * @param settled - called when one has come to its end
   */
  constructor(queue: JobQueue, order: number, settled: () => void) {
    this.#queue = queue;
    this.#order = order;
    this.#settled = (entry) => {
      this.#complete.push(entry);
      settled();
    };
  }

  /** Operations begun whose results have not been read and let go. */
  get used(): number {
    return this.#entries.length - this.#free.length;
  }

  /** Operations for `take`. */
  get complete(): number {
    return this.#complete.length;
  }

  get underWay(): number {
    return this.used - this.#complete.length - this.#readable.length;
  }

  /**
   * Begins an operation; returns its entry, whose descriptor lacks the operands, or undefined where the
   * mover has no slot. One on no bytes, which no descriptor can say, is a nop.
   */
  begin(
    operation: Operation,
    flags: number,
    length: number,
    destination: Range | null,
    source: Range | null,
    seed: number,
  ): Entry | undefined {
    const queue = this.#queue;
    const entry = this.#free.pop() ?? this.#make();
    if (!entry.acquire()) {
      this.#free.push(entry);
      return undefined;
    }
    const { slot } = entry;
    const opcode = length === 0 ? Opcode.Nop : operation.opcode;
    entry.operation = operation;
    entry.length = length;
    entry.flags = length === 0 ? 0 : flags;
    entry.destination = destination;
    entry.source = source;
    entry.seed = seed;
    queue.table.prepare(slot, opcode, entry.flags, length);
    queue.gather(slot, operation, length, entry.flags, this.#order);
    return entry;
  }

  numberOf({ generation, index }: Entry): number {
    return (generation << Numbers.IndexBits) | index;
  }

  /** Hands out the numbers of what is complete, behind `at`; returns how many. */
  take(into: Uint32Array, at: number): number {
    const count = Math.min(into.length - at, this.#complete.length);
    this.#readable = this.#complete.splice(0, count);
    this.#readable.forEach((entry, index) => {
      into[at + index] = (this.numberOf(entry) << 1) | 1;
    });
    return count;
  }

  /** Lets go of what was handed out; returns how many operations that were. */
  recycle(): number {
    const count = this.#readable.length;
    for (const entry of this.#readable) {
      entry.state = EntryState.Free;
      entry.error = undefined;
      entry.generation = (entry.generation + 1) & Numbers.GenerationMask;
      this.#free.push(entry);
    }
    this.#readable = [];
    return count;
  }

  has(number: number): boolean {
    const entry = this.#at(number);
    if (entry === undefined || entry.state === EntryState.Free) return false;
    return this.numberOf(entry) === number;
  }

  /** Of an operation that it has. */
  status(number: number): number {
    const entry = this.#see(number);
    if (entry.state !== EntryState.Settled) return 0;
    if (entry.error === undefined || entry.status > Status.FalsePredicate) return entry.status;
    return NO_ANSWER;
  }

  /** Of an operation that it has. @throws MoverError `ERR_FUTURE_PENDING`, and what it failed with */
  result(number: number): number {
    const entry = this.#see(number);
    if (entry.state !== EntryState.Settled) {
      throw new MoverError('ERR_FUTURE_PENDING', 'the operation is under way: see status()');
    }
    if (entry.error !== undefined) throw entry.error;
    if (entry.operation.opcode !== Opcode.Crc) return 0;
    return entry.length === 0 ? entry.seed : entry.result;
  }

  #at(number: number): Entry | undefined {
    return this.#entries.at(number & Numbers.IndexMask);
  }

  /** What it says once the queue had a chance to go on with it. */
  #see(number: number): Entry {
    const entry = this.#at(number)!;
    if (entry.state !== EntryState.UnderWay) return entry;
    this.#queue.submit();
    const { records } = this.#queue.table;
    if (records.status(entry.slot) !== Status.Pending) entry.settle();
    else this.#queue.inVain();
    return entry;
  }

  #make(): Entry {
    const entry = new Entry(this.#entries.length, this.#queue, this.#order, this.#settled);
    this.#entries.push(entry);
    return entry;
  }
}
