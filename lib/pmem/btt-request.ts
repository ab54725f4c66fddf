import { getSystemErrorName } from 'node:util';
import { addon } from '../addon';
import { MoverError } from '../errors';
import type { Future } from '../future/future';
import { abortedBy, onAbort } from '../future/on-abort';
import { report } from '../future/report';
import { hasOwn } from '../intrinsics';
import type { Bytes } from '../memory/range';
import { ChangeKind, type Change, type Commits } from './btt-commits';
import type { Copies, Copying } from './btt-copies';
import { began, BttFuture, type Requested } from './btt-future';
import type { LaneQueue, Waiting } from './btt-lanes';
import type { Sectors } from './btt-sectors';
import { goneError } from './lost';

/** What requests of a device work with. */
export interface Works {
  /** The number by which native code knows the device. */
  readonly id: number;
  readonly lanes: LaneQueue;
  readonly copies: Copies;
  readonly commits: Commits;
  readonly sectors: Sectors;
  /** Where native code says where data is. */
  readonly offset: Float64Array;
  readonly written: ChangeKind.Write | ChangeKind.WriteToFlush;
  /** Makes zeros of a block that was never written; not begun. */
  clear(into: Bytes): Future<unknown>;
}

/** Answers of native code that are no lane. */
const enum No {
  Data = -2,
  Readable = -3,
  Lane = -4,
  Writes = -5,
}

const enum Kind {
  Read = 0,
  Write = 1,
  Mark = 2,
}

/**
 * Something asked of the device, from its place in line to its end. It begins by itself, and runs on
 * whether anybody polls it or not. The lane is released when nobody works with it any more: a copy that
 * was begun is waited for. A program has its future, and nothing of this.
 */
export abstract class Request<T> implements Waiting, Copying, Requested {
  readonly future: BttFuture<T> = new BttFuture(this);
  /** Of one that was cancelled it need not be. */
  reported = true;
  readonly block: number;
  protected readonly works: Works;
  readonly #kind: Kind;
  #lane = -1;
  #begun = false;
  #done = false;
  #copy: Future<unknown> | undefined;
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

  get done(): boolean {
    return this.#done;
  }

  take(): boolean {
    if (this.#begun || this.#done) return true;
    const { id, offset } = this.works;
    const lane = addon().bttBegin(id, this.#kind, this.block);
    if (lane === No.Lane) return false;
    this.#begun = true;
    began(this.future);
    if (lane < 0) {
      this.turnedDown(lane);
      return true;
    }
    this.#lane = lane;
    try {
      this.begin(offset[0]);
    } catch {
      // A copy that was begun has the lane until it ends.
      if (this.#copy !== undefined) return true;
      // There is no view of a map that was closed.
      addon().bttDrop(id, lane, false);
      this.end(goneError(`block ${String(this.block)}`));
    }
    return true;
  }

  withdraw(): boolean {
    if (this.#begun || this.#done) return false;
    this.#done = true;
    this.#unlisten?.();
    return true;
  }

  poll(alone: boolean): void {
    const copy = this.#copy;
    copy?.poll();
    if (copy?.done === true) this.#ended(copy);
    if (alone && !this.#done) this.works.commits.hurry();
  }

  /** Aborted, it leaves the line, or fails when it is done. */
  listen(signal: AbortSignal): void {
    this.#unlisten = onAbort(signal, () => {
      const error = abortedBy(signal);
      if (error === undefined) return;
      if (this.withdraw()) this.#tell(error);
      else this.#late = error;
    });
  }

  /** It has a lane, and data is at that offset of the map. */
  protected abstract begin(at: number): void;
  /** What it began has ended. */
  protected abstract copied(copy: Future<unknown>): void;

  protected turnedDown(answer: number): void {
    const readOnly = answer === No.Writes;
    const text = readOnly
      ? 'the device is read only: its metadata is damaged; check() says more'
      : `block ${String(this.block)} was marked bad, and has not been written since`;
    this.end(new MoverError(readOnly ? 'ERR_BTT_READ_ONLY' : 'ERR_BTT_BAD_BLOCK', text));
  }

  /** Begins a copy, and waits for it: the lane outlasts its end. */
  protected follow(copy: Future<unknown>): void {
    // First: it is waited for, also where its first poll is cut off.
    this.works.copies.add(this);
    this.#copy = copy;
    copy.poll();
  }

  look(): void {
    const copy = this.#copy;
    if (copy === undefined) return;
    const ended = (): void => {
      this.#ended(copy);
    };
    if (copy.done) ended();
    else copy.then(ended, ended);
  }

  /** The lane, if there was one, has been released. */
  protected end(error: Error | undefined, value?: T): void {
    this.#done = true;
    this.#unlisten?.();
    this.#tell(error ?? this.#late, value);
    this.works.lanes.leave();
  }

  /** A program may have put others in the place of what the future has. */
  #tell(error: Error | undefined, value?: T): void {
    try {
      if (error === undefined) this.future.complete(value as T);
      else this.future.fail(error);
    } catch (thrown) {
      report(thrown);
    }
  }

  #ended(copy: Future<unknown>): void {
    if (this.#copy !== copy) return;
    this.#copy = undefined;
    this.copied(copy);
  }
}

/** Reads a block. What it reads is not written to again before the copy has ended. */
export class ReadRequest extends Request<Buffer> {
  readonly #into: Buffer;

  constructor(works: Works, block: number, into: Buffer) {
    super(works, block, Kind.Read);
    this.#into = into;
  }

  protected override begin(at: number): void {
    this.follow(this.works.sectors.read(at, this.#into, this.block));
  }

  protected override turnedDown(answer: number): void {
    if (answer === No.Data) this.follow(this.works.clear(this.#into));
    else super.turnedDown(answer);
  }

  protected override copied(copy: Future<unknown>): void {
    const held = addon().bttEndRead(this.works.id, this.lane);
    this.end(copy.error ?? this.#fault(held, copy.output), this.#into);
  }

  #fault(held: boolean, result: unknown): Error | undefined {
    if (!held) return goneError(`block ${String(this.block)}`);
    return this.lane < 0 ? undefined : this.works.sectors.fault(result, this.block);
  }
}

/** A request that changes a block. */
abstract class ChangeRequest extends Request<void> implements Change {
  #committed = false;

  constructor(
    works: Works,
    block: number,
    kind: Kind.Write | Kind.Mark,
    readonly change: ChangeKind,
  ) {
    super(works, block, kind);
  }

  settled(errno: number): void {
    if (!this.#committed) return;
    this.#committed = false;
    this.end(errorOf(errno, this.block));
  }

  /** Becomes durable, and ends then. */
  protected commit(): void {
    this.#committed = true;
    this.works.commits.add(this);
  }
}

/** Writes a block: to a free place first, which then becomes the block's. */
export class WriteRequest extends ChangeRequest {
  #data: Bytes | undefined;

  constructor(works: Works, block: number, data: Bytes) {
    super(works, block, Kind.Write, works.written);
    this.#data = data;
  }

  protected override begin(at: number): void {
    this.follow(this.works.sectors.write(at, this.#data!, this.block));
    this.#data = undefined;
  }

  protected override copied({ error }: Future<unknown>): void {
    if (error === undefined) {
      this.commit();
      return;
    }
    // Nothing was published: the device is as it was.
    addon().bttDrop(this.works.id, this.lane, isLost(error));
    this.end(error);
  }
}

/** Changes what a block is, and none of its data. */
export class MarkRequest extends ChangeRequest {
  constructor(works: Works, block: number, as: ChangeKind.Zero | ChangeKind.Bad) {
    super(works, block, Kind.Mark, as);
  }

  protected override begin(): void {
    this.commit();
  }

  protected override copied(): void {
    // It copies nothing.
  }
}

/** Whether somebody may still write to the memory: a device that stopped answering. */
function isLost(error: Error): boolean {
  const known = error as Partial<MoverError>;
  const { code } = known;
  if (code !== 'ERR_MOVER_DEVICE') return code === 'ERR_MOVER_TIMEOUT';
  // Of an engine of one's own it may be no `MoverError`, and say nothing of a status.
  return !hasOwn(error, 'status') || known.status === undefined;
}

const EFAULT = 14;
const EROFS = 30;

function errorOf(errno: number, block: number): Error | undefined {
  if (errno === 0) return undefined;
  if (errno === EFAULT) return goneError(`block ${String(block)}`);
  if (errno === EROFS) {
    const text = 'the device is read only: its metadata is damaged; check() says more';
    return new MoverError('ERR_BTT_READ_ONLY', text);
  }
  const text = `block ${String(block)}: writing the file back failed with ${getSystemErrorName(-errno)}`;
  return new MoverError('ERR_MOVER_DEVICE', text);
}
