import { addon } from '../addon';
import { MoverError } from '../errors';
import { failed } from '../future/base-future';
import type { Future } from '../future/future';
import { abortedBy, onAbort } from '../future/on-abort';
import { isFullStack, report } from '../future/report';
import type { Bytes } from '../memory/resolve';
import type { ChangeKind, Commits } from './btt-commits';
import { readOnlyError } from './btt-errors';
import { began, BttFuture, wakeAgain, type Requested } from './btt-future';
import type { LaneQueue } from './btt-lanes';
import type { Sectors } from './btt-sectors';
import { goneError } from './lost';

/** What requests of a device work with. */
export interface Works {
  /** The number by which native code knows the device. */
  readonly id: number;
  readonly lanes: LaneQueue;
  readonly commits: Commits;
  readonly sectors: Sectors;
  /** Where native code says where data is. */
  readonly offset: Float64Array;
  readonly written: ChangeKind.Write | ChangeKind.WriteToFlush;
  /** Makes zeros of a block that was never written; not begun. */
  clear(into: Bytes): Future<unknown>;
}

/** Answers of native code that are no lane. */
export const enum No {
  Data = -2,
  Readable = -3,
  Lane = -4,
  Writes = -5,
}

export const enum Kind {
  Read = 0,
  Write = 1,
  Mark = 2,
}

/** How a request ends. */
interface Outcome<T> {
  readonly error: Error | undefined;
  readonly value: T | undefined;
}

/**
 * Something asked of the device, from its place in line to its end. It begins by itself, and runs on
 * whether anybody polls it or not. The lane is released when nobody works with it any more: a copy that
 * was begun is waited for. A program has its future, and nothing of this.
 *
 * Its steps are a lane, a copy, what comes behind the copy, an outcome, the end. Each is noted when it is
 * taken by statements that call nothing, so that where it was cut off it can go on from there.
 */
export abstract class Request<T> implements Requested {
  readonly future: BttFuture<T> = new BttFuture(this);
  /** Of one that was cancelled it need not be. */
  reported = true;
  readonly block: number;
  protected readonly works: Works;
  readonly #kind: Kind;
  #lane = -1;
  /** Where data is in the map. */
  #at = 0;
  #begun = false;
  #withdrawn = false;
  #copy: Future<unknown> | undefined;
  /** It goes on by itself when the copy has ended. */
  #follows = false;
  /** It is to be looked at, since a poll found that it goes on. */
  #noted = false;
  #outcome: Outcome<T> | undefined;
  #left = false;
  #ended = false;
  #unlisten: (() => void) | undefined;
  /** It was aborted when it had begun. */
  #late: Error | undefined;

  constructor(works: Works, block: number, kind: Kind) {
    this.works = works;
    this.block = block;
    this.#kind = kind;
  }

  /** The lane that it has; below 0: none. */
  get lane(): number {
    return this.#lane;
  }

  /** It has not begun, and somebody wants it. */
  get waits(): boolean {
    return !this.#begun && !this.#withdrawn;
  }

  /** Takes a lane, and calls nothing behind that; false: no lane is free. */
  take(): boolean {
    const { id, offset } = this.works;
    const lane = addon().bttBegin(id, this.#kind, this.block);
    if (lane === No.Lane) return false;
    this.#lane = lane;
    this.#at = offset[0];
    this.#begun = true;
    return true;
  }

  withdraw(): boolean {
    if (this.#begun || this.#withdrawn) return false;
    this.#withdrawn = true;
    this.#unlisten?.();
    return true;
  }

  /** Goes on as far as it can. What was cut off is done once more. */
  goOn(): void {
    if (!this.#begun || this.#ended) return;
    if (this.#outcome !== undefined) {
      this.#end(this.#outcome);
      return;
    }
    began(this.future);
    const copy = (this.#copy ??= this.#start());
    copy.poll();
    if (copy.done) this.copied(copy);
  }

  /** The same, and it sees to it that it goes on at the end of its copy. */
  look(): void {
    this.#noted = false;
    this.goOn();
    const copy = this.#copy;
    if (copy?.done !== false || this.#follows) return;
    this.#follows = true;
    const goOn = (): void => {
      this.goOn();
    };
    copy.then(goOn, goOn);
  }

  poll(alone: boolean): void {
    const { lanes, commits } = this.works;
    const copy = this.#copy;
    copy?.poll();
    if (copy?.done === true) {
      if (!this.#noted) lanes.lookAt(this);
      this.#noted = true;
      this.goOn();
    }
    if (alone && this.#outcome === undefined) commits.hurry();
  }

  /** Aborted, it leaves the line, or fails when it is done. */
  listen(signal: AbortSignal): void {
    this.#unlisten = onAbort(signal, () => {
      const error = abortedBy(signal);
      if (error === undefined) return;
      if (this.withdraw()) this.#tell({ error, value: undefined });
      else this.#late = error;
    });
  }

  /** The copy that it begins with, not begun: it has a lane, and data is at that offset of the map. */
  protected abstract begin(at: number): Future<unknown>;
  /** What it began with has ended. Once more where it was cut off, until there is an outcome. */
  protected abstract copied(copy: Future<unknown>): void;

  /** It ends so: its lane, if there was one, has been released. */
  protected conclude(error: Error | undefined, value?: T): void {
    this.#outcome ??= { error: error ?? this.#late, value };
    this.#end(this.#outcome);
  }

  /** Releases the lane, whose work is not to be, or keeps everybody from using it again. */
  protected drop(retire: boolean): void {
    addon().bttDrop(this.works.id, this.#lane, retire);
    this.#lane = -1;
  }

  #start(): Future<unknown> {
    const lane = this.#lane;
    if (lane < 0 && lane !== No.Data) return failed(this.#turnedDown(lane));
    try {
      return this.begin(this.#at);
    } catch (error) {
      if (isFullStack(error)) throw error;
      // There is no view of a map that was closed.
      return failed(goneError(`block ${String(this.block)}`));
    }
  }

  #turnedDown(answer: number): MoverError {
    if (answer === No.Writes) return readOnlyError();
    const text = `block ${String(this.block)} was marked bad, and has not been written since`;
    return new MoverError('ERR_BTT_BAD_BLOCK', text);
  }

  #end(outcome: Outcome<T>): void {
    const { lanes } = this.works;
    if (!this.#left) lanes.leave();
    this.#left = true;
    this.#unlisten?.();
    if (!this.#ended) this.#tell(outcome);
    this.#ended = true;
    this.#copy = undefined;
    lanes.pump();
  }

  /** A program may have put others in the place of what the future has. */
  #tell({ error, value }: Outcome<T>): void {
    const { future } = this;
    try {
      // Where it was cut off while it told others, they are told once more.
      if (future.done) wakeAgain(future);
      else if (error === undefined) future.complete(value as T);
      else future.fail(error);
    } catch (thrown) {
      if (isFullStack(thrown)) throw thrown;
      report(thrown);
    }
  }
}
