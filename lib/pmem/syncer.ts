import { getSystemErrorName } from 'node:util';
import { addon } from '../addon';
import { queueMicrotask } from '../clock';
import { conceal } from '../conceal';
import { MoverError } from '../errors';
import { Phase } from '../future/base-future';
import type { Future } from '../future/future';
import type { Notifier } from '../future/notifier';
import { PolledFuture } from '../future/polled-future';
import { max, min } from '../intrinsics';

/** @throws MoverError `ERR_MOVER_DEVICE` unless the errno is 0 */
export function checkWritten(errno: number): void {
  if (errno === 0) return;
  const text = `writing the file back failed with ${getSystemErrorName(-errno)}: nothing is known of what is durable`;
  throw new MoverError('ERR_MOVER_DEVICE', text);
}

/** Completes in the event loop, by another's hand. */
class Synced extends PolledFuture<void> {
  static {
    conceal(this, 'operations of a PmemMap');
  }

  has(): boolean {
    return !this.done;
  }

  /** @internal */
  end(errno: number): void {
    try {
      checkWritten(errno);
      this.complete(undefined);
    } catch (error) {
      this.fail(error as Error);
    }
  }

  protected override advance(notifier: Notifier | null): Phase.Running {
    if (notifier?.useWaker() === undefined) notifier?.usePoller(this);
    return Phase.Running;
  }
}

/** A range that is to be synced for several at once. */
interface Group {
  begin: number;
  end: number;
  readonly futures: Synced[];
}

/**
 * Syncs ranges of a mapping through its file system, off the event loop. One sync is under way at a
 * time, and what is asked for meanwhile is done together in the next: to a disk it is one commit.
 */
export class Syncer {
  readonly #mapping: number;
  #next: Group | undefined;
  #busy = false;

  /** @param mapping - the number by which native code knows it */
  constructor(mapping: number) {
    this.#mapping = mapping;
  }

  /** Completes when what was in the range at the call is on its device. Errors: `ERR_MOVER_DEVICE`. */
  sync(offset: number, length: number): Future<void> {
    const future = new Synced();
    if (this.#next === undefined) {
      this.#next = { begin: offset, end: offset + length, futures: [future] };
      if (!this.#busy) {
        queueMicrotask(() => {
          this.#start();
        });
      }
    } else {
      this.#next.begin = min(this.#next.begin, offset);
      this.#next.end = max(this.#next.end, offset + length);
      this.#next.futures.push(future);
    }
    return future;
  }

  #start(): void {
    const group = this.#next;
    if (group === undefined) return;
    this.#next = undefined;
    this.#busy = true;
    const { begin, end, futures } = group;
    addon().pmemSync(this.#mapping, begin, end - begin, (errno) => {
      this.#busy = false;
      this.#start();
      for (const future of futures) future.end(errno);
    });
  }
}
