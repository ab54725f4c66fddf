import type { Channel, MoverError, Region } from '../../lib';
import { withNoise } from '../conformance/arena';
import { reference } from '../conformance/reference';
import type { Random } from '../support/random';
import type { Bench } from './arm';
import { endOf } from './settle';

/** Between destinations, where nothing may be written. */
const GAP = 32;

/** How far into the source operations begin at most. */
const SLIDE = 64;

/** One of the operations of a channel, with a destination of its own. */
interface Small {
  readonly at: number;
  readonly length: number;
  begin(channel: Channel, to: Region, from: Region): number;
  /** What its destination shall hold; none: it writes nothing. */
  readonly made?: Buffer;
  /** What it shall come to. */
  readonly result: number;
}

const kinds: readonly ((at: number, length: number, source: Buffer, random: Random) => Small)[] = [
  (at, length, source, random) => {
    const offset = random.below(SLIDE);
    const made = source.subarray(offset, offset + length);
    const begin: Small['begin'] = (c, to, from) => c.copy(to, at, from, offset, length);
    return { at, length, made, result: 0, begin };
  },
  (at, length, _source, random) => {
    const byte = random.below(256);
    const made = Buffer.alloc(length, byte);
    return { at, length, made, result: 0, begin: (c, to) => c.fill(to, at, length, byte) };
  },
  (at, length, source, random) => {
    const [offset, seed] = [random.below(SLIDE), random.word()];
    const result = reference.crc32c(source.subarray(offset, offset + length), { seed });
    return { at, length, result, begin: (c, _to, from) => c.crc32c(from, offset, length, seed) };
  },
  (at) => ({ at, length: 0, result: 0, begin: (c) => c.nop() }),
];

function plan(source: Buffer, random: Random): Small[] {
  const operations: Small[] = [];
  let at = GAP;
  for (let left = 20 + random.below(200); left > 0; left--) {
    const length = random.below(source.length - SLIDE);
    operations.push(kinds[random.below(kinds.length)]!(at, length, source, random));
    at += length + GAP;
  }
  return operations;
}

/** Many small operations by a channel. */
export async function channel(bench: Bench): Promise<void> {
  const { arm, random } = bench;
  // An engine of one's own has no channels.
  if (arm.name === 'custom') return;
  const largest = random.below(8) === 0 ? 30_000 : 600;
  const source = withNoise(Buffer.alloc(largest + SLIDE), random.below(1e6));
  const operations = plan(source, random);
  const { at, length } = operations.at(-1)!;
  const target = Buffer.alloc(at + length + GAP, 0xaa);
  const own = arm.mover.channel({ depth: 1 + random.below(100) });
  await new Run(operations, own, target, source, bench).end(1 + random.below(64));
  own[Symbol.dispose]();
}

/** The operations of a channel, from the first to the last. */
class Run {
  readonly #waiting: Small[];
  readonly #pending = new Map<number, Small>();
  readonly #failed: Small[] = [];
  readonly #channel: Channel;
  readonly #target: Buffer;
  readonly #model: Buffer;
  readonly #source: Buffer;
  readonly #bench: Bench;

  constructor(
    operations: readonly Small[],
    own: Channel,
    target: Buffer,
    source: Buffer,
    bench: Bench,
  ) {
    this.#waiting = [...operations];
    this.#channel = own;
    this.#target = target;
    this.#model = Buffer.from(target);
    this.#source = source;
    this.#bench = bench;
  }

  /** @param most - tickets that are taken at once */
  async end(most: number): Promise<void> {
    const { arm, tally } = this.#bench;
    const done = new Uint32Array(most);
    const [to, from] = [this.#target, this.#source].map((bytes) => arm.mover.register(bytes));
    while (this.#waiting.length + this.#pending.size > 0) {
      this.#begin(to!, from!);
      this.#channel.submit();
      const ended = this.#channel.completed(done);
      for (const ticket of done.subarray(0, ended)) this.#take(ticket);
      if (ended > 0) continue;
      // Perhaps all room is others'.
      const wait = this.#pending.size > 0 ? this.#channel.wait() : arm.mover.ready();
      if ((await endOf(wait)) !== undefined) continue;
      tally.find({ evil: 'lost', what: `channel: ${this.#pending.size} operations do not end` });
      return;
    }
    if (this.#failed.length > 0) tally.kept += this.#target.length + this.#source.length;
    // What had no answer may hold anything, and still be written.
    for (const { at, length } of this.#failed) this.#target.copy(this.#model, at, at, at + length);
    if (this.#target.equals(this.#model)) return;
    tally.find({ evil: 'wrong', what: 'channel: bytes outside of what was asked for' });
  }

  #begin(to: Region, from: Region): void {
    while (this.#waiting.length > 0) {
      const ticket = this.#waiting[0]!.begin(this.#channel, to, from);
      if (ticket < 0) return;
      if (this.#pending.has(ticket)) {
        const what = `channel: two operations have ticket ${ticket}`;
        this.#bench.tally.find({ evil: 'duplicated', what });
      }
      this.#pending.set(ticket, this.#waiting.shift()!);
    }
  }

  #take(ticket: number): void {
    const { arm, tally } = this.#bench;
    const operation = this.#pending.get(ticket);
    this.#pending.delete(ticket);
    if (operation === undefined) {
      tally.find({ evil: 'duplicated', what: `channel: ticket ${ticket} ended twice` });
    } else if (this.#succeeded(ticket, operation.result)) {
      tally.add('operations', arm.name);
      this.#compare(operation);
    } else {
      this.#failed.push(operation);
    }
  }

  #succeeded(ticket: number, expected: number): boolean {
    const { arm, tally } = this.#bench;
    try {
      const result = this.#channel.result(ticket);
      if (result === expected) return true;
      tally.find({ evil: 'wrong', what: `channel: result ${result}, not ${expected}` });
    } catch (error) {
      const { code, stack } = error as MoverError;
      tally.add('ends', code);
      if (arm.excuses(error as Error) !== undefined) return false;
      tally.find({ evil: 'wrong', what: `channel: ${String(stack)}` });
    }
    return false;
  }

  #compare({ at, length, made }: Small): void {
    made?.copy(this.#model, at);
    const own = this.#target.subarray(at, at + length);
    if (made === undefined || own.equals(made)) return;
    this.#bench.tally.find({ evil: 'wrong', what: `channel: ${length} bytes at ${at}` });
  }
}
