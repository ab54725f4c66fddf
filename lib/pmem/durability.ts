import { addon } from '../addon';
import type { Future } from '../future/future';
import { mover as standard } from '../movers/open';
import type { Mover } from '../movers/mover';
import type { Granularity } from './granularity';
import { checkWritten, type Syncer } from './syncer';

/** How what is written to a map becomes durable: by its granularity, and by what its mover can. */
export interface Durability {
  /** The mover, whose own writes leave as little to do as possible. */
  readonly mover: Mover;
  /** What is left to do after a write of the mover; undefined: nothing. */
  finish(offset: number, length: number): Future<unknown> | undefined;
  /** Makes durable what anybody has stored; undefined: it is done. */
  persist(offset: number, length: number): Future<unknown> | undefined;
}

/** What is visible is durable; nothing but order is needed. */
const byBytes = (id: number, mover: Mover): Durability => ({
  mover,
  finish: () => undefined,
  persist: () => {
    checkWritten(addon().pmemDrain(id));
    return undefined;
  },
});

function byLines(bytes: Buffer, mover: Mover): Durability {
  // By the CPU, whoever wrote: its caches are coherent with devices.
  const flush = (offset: number, length: number): Future<unknown> =>
    standard.futures.flush(bytes.subarray(offset, offset + length), {
      keep: true,
      path: 'software',
    });
  const { durable } = mover.capabilities;
  return {
    mover: durable ? mover.with({ durable }) : mover,
    finish: durable ? () => undefined : flush,
    persist: flush,
  };
}

function byPages(mover: Mover, syncer: Syncer): Durability {
  const sync = (offset: number, length: number): Future<void> => syncer.sync(offset, length);
  return { mover, finish: sync, persist: sync };
}

export function durabilityOf(
  flushing: Granularity,
  id: number,
  bytes: Buffer,
  mover: Mover,
  syncer: Syncer,
): Durability {
  if (flushing === 'byte') return byBytes(id, mover);
  return flushing === 'page' ? byPages(mover, syncer) : byLines(bytes, mover);
}
