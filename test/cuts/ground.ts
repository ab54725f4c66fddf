import type { Channel, Future, Mover } from '../../lib';
import { crc32c } from './values';

/** An operation, and what alone it may come to. */
export interface Expected {
  readonly what: string;
  readonly future: Future<unknown>;
  readonly right: (output: any) => boolean;
}

const LAST = 6;

/** What a scenario works on, and what there is to be looked at afterwards. */
export class Ground {
  /** Operations that may be cut off: those may be lost. */
  readonly own: Expected[] = [];
  /** Memory that was given away before any engine had it: nothing is written there. */
  readonly #given: Uint8Array[] = [];
  readonly #channels: { readonly channel: Channel; readonly crcs: Map<number, number> }[] = [];
  /** What is wrong with anything else. */
  readonly looks: (() => string | undefined | Promise<string | undefined>)[] = [];
  readonly ends: (() => unknown)[] = [];

  constructor(readonly mover: Mover) {
    this.expect = this.expect.bind(this);
  }

  expect<F extends Future<unknown>>(future: F, right: (output: any) => boolean): F {
    this.own.push({ what: 'own', future, right });
    return future;
  }

  /** Gives memory away that an operation was begun on, unless that is done. */
  give(memory: ArrayBuffer, future?: Future<unknown>): void {
    if (future?.done === true) return;
    this.#given.push(new Uint8Array(structuredClone(memory, { transfer: [memory] })));
  }

  /** A channel, and a function that begins a checksum in it. */
  channel(): { channel: Channel; begin: (text: string) => number } {
    const channel = this.mover.channel({ depth: 4 });
    const crcs = new Map<number, number>();
    this.#channels.push({ channel, crcs });
    const begin = (text: string): number => {
      const ticket = channel.crc32c(this.mover.register(Buffer.from(text)), 0, text.length);
      crcs.set(ticket, crc32c(text));
      return ticket;
    };
    return { channel, begin };
  }

  /** What is wrong now that everybody else has ended. */
  async problems(): Promise<string[]> {
    const problems: (string | undefined)[] = [];
    for (const { channel, crcs } of this.#channels) problems.push(...(await taken(channel, crcs)));
    for (const look of this.looks) problems.push(await look());
    if (this.#given.some((bytes) => bytes.some((byte) => byte !== 0))) problems.push('written');
    return problems.filter((problem) => problem !== undefined);
  }
}

/** Takes all that is in a channel; its places must be free then. */
async function taken(channel: Channel, crcs: ReadonlyMap<number, number>): Promise<string[]> {
  const problems: string[] = [];
  const into = new Uint32Array(8);
  for (let turn = 0; turn < LAST || (channel.free < channel.depth && turn < 100 * LAST); turn++) {
    for (const ticket of into.subarray(0, channel.completed(into))) {
      const crc = crcs.get(ticket);
      if (channel.status(ticket) === 1 && crc !== undefined && channel.result(ticket) !== crc)
        problems.push(`ticket ${ticket}: ${channel.result(ticket)}`);
    }
    // Threads may have to wait for a CPU.
    await new Promise((go) => (turn < LAST ? setImmediate(go) : setTimeout(go, 1)));
  }
  if (channel.free !== channel.depth)
    problems.push(`${channel.free} places of the channel are free`);
  return problems;
}
