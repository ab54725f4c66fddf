import { getSystemErrorName } from 'node:util';
import { addon } from '../addon';
import { conceal } from '../conceal';
import { MoverError } from '../errors';
import { Phase } from '../future/base-future';
import type { Future } from '../future/future';
import type { Notifier } from '../future/notifier';
import { abortedBy, onAbort } from '../future/on-abort';
import { PolledFuture } from '../future/polled-future';
import { hasOwn } from '../intrinsics';
import type { Bytes } from '../memory/range';
import { ChangeKind, type Change, type Commits } from './btt-commits';
import type { Copies, Copying } from './btt-copies';
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

/** What a request works with: for those of this file. */
let worksOf: (request: Request<unknown>) => Works;
/** A failure of the request is reported by somebody else: for devices. */
export let reportNot: (request: Request<unknown>) => void;

/**
 * Something asked of the device, from its place in line to its end. It begins by itself, and runs on
 * whether anybody polls it or not. The lane is released when nobody works with it any more: a copy that
 * was begun is waited for.
 */
export abstract class Request<T> extends PolledFuture<T> implements Waiting, Copying {
  static {
    conceal(this, 'operations of a BttDevice');
    worksOf = (request) => request.#works;
    reportNot = (request) => {
      request.#reported = false;
    };
  }

  readonly #works: Works;
  readonly #block: number;
  readonly #kind: Kind;
  #lane = -1;
  #begun = false;
  #copy: Future<unknown> | undefined;
  /** A failure that nobody looks at is: of one that was cancelled it need not be. */
  #reported = true;
  #unlisten: (() => void) | undefined;
  /** It was aborted when it had begun. */
  #late: Error | undefined;

  constructor(works: Works, block: number, kind: Kind) {
    super();
    this.#works = works;
    this.#block = block;
    this.#kind = kind;
  }

  /** @internal The lane that it has; below 0: none. */
  get lane(): number {
    return this.#lane;
  }

  /** @internal */
  get block(): number {
    return this.#block;
  }

  has(): boolean {
    return !this.done;
  }

  /** @internal */
  take(): boolean {
    if (this.#begun || this.done) return true;
    const works = this.#works;
    const lane = addon().bttBegin(works.id, this.#kind, this.#block);
    if (lane === No.Lane) return false;
    this.#begun = true;
    this.phase = Phase.Running;
    if (lane < 0) {
      this.turnedDown(lane);
      return true;
    }
    this.#lane = lane;
    try {
      this.begin(works.offset[0]);
    } catch {
      // A copy that was begun has the lane until it ends.
      if (this.#copy !== undefined) return true;
      // There is no view of a map that was closed.
      addon().bttDrop(works.id, lane, false);
      this.end(goneError(`block ${String(this.#block)}`));
    }
    return true;
  }

  /** @internal It goes on by itself. */
  override drive(): void {
    // Whoever wants its promise need not poll it.
  }

  /** @internal One that waits in line leaves it. */
  override stop(): boolean {
    return !this.#begun;
  }

  override cancel(reason?: unknown): boolean {
    this.#reported = false;
    return super.cancel(reason);
  }

  /** @internal */
  override fail(error: Error): void {
    if (this.done) return;
    this.#unlisten?.();
    super.fail(error);
    if (this.#reported) void this.promise();
  }

  /** @internal Aborted, it leaves the line, or fails when it is done. */
  listen(signal: AbortSignal): void {
    this.#unlisten = onAbort(signal, () => {
      const error = abortedBy(signal);
      if (error !== undefined && !super.cancel(error)) this.#late = error;
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
      : `block ${String(this.#block)} was marked bad, and has not been written since`;
    this.end(new MoverError(readOnly ? 'ERR_BTT_READ_ONLY' : 'ERR_BTT_BAD_BLOCK', text));
  }

  /** Begins a copy, and waits for it: the lane outlasts its end. */
  protected follow(copy: Future<unknown>): void {
    // First: it is waited for, also where its first poll is cut off.
    this.#works.copies.add(this);
    this.#copy = copy;
    copy.poll();
  }

  /** @internal */
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
    this.#unlisten?.();
    if (error !== undefined) this.fail(error);
    else if (this.#late !== undefined) this.fail(this.#late);
    else this.complete(value as T);
    this.#works.lanes.leave();
  }

  protected override advance(notifier: Notifier | null): Phase.Running {
    const copy = this.#copy;
    copy?.poll();
    if (copy?.done === true) this.#ended(copy);
    if (!this.done && notifier === null) this.#works.commits.hurry();
    if (!this.done && notifier?.useWaker() === undefined) notifier?.usePoller(this);
    return Phase.Running;
  }

  #ended(copy: Future<unknown>): void {
    if (this.#copy !== copy) return;
    this.#copy = undefined;
    this.copied(copy);
  }
}

/** Reads a block. What it reads is not written to again before the copy has ended. */
export class ReadRequest extends Request<Buffer> {
  static {
    conceal(this, 'operations of a BttDevice');
  }

  readonly #into: Buffer;

  constructor(works: Works, block: number, into: Buffer) {
    super(works, block, Kind.Read);
    this.#into = into;
  }

  protected override begin(at: number): void {
    this.follow(worksOf(this).sectors.read(at, this.#into, this.block));
  }

  protected override turnedDown(answer: number): void {
    if (answer === No.Data) this.follow(worksOf(this).clear(this.#into));
    else super.turnedDown(answer);
  }

  protected override copied(copy: Future<unknown>): void {
    const held = addon().bttEndRead(worksOf(this).id, this.lane);
    this.end(copy.error ?? this.#fault(held, copy.output), this.#into);
  }

  #fault(held: boolean, result: unknown): Error | undefined {
    if (!held) return goneError(`block ${String(this.block)}`);
    return this.lane < 0 ? undefined : worksOf(this).sectors.fault(result, this.block);
  }
}

/** A request that changes a block. */
abstract class ChangeRequest extends Request<void> implements Change {
  static {
    conceal(this, 'operations of a BttDevice');
  }

  #committed = false;

  constructor(
    works: Works,
    block: number,
    kind: Kind.Write | Kind.Mark,
    readonly change: ChangeKind,
  ) {
    super(works, block, kind);
  }

  /** @internal */
  settled(errno: number): void {
    if (!this.#committed) return;
    this.#committed = false;
    this.end(errorOf(errno, this.block));
  }

  /** Becomes durable, and ends then. */
  protected commit(): void {
    this.#committed = true;
    worksOf(this).commits.add(this);
  }
}

/** Writes a block: to a free place first, which then becomes the block's. */
export class WriteRequest extends ChangeRequest {
  static {
    conceal(this, 'operations of a BttDevice');
  }

  #data: Bytes | undefined;

  constructor(works: Works, block: number, data: Bytes) {
    super(works, block, Kind.Write, works.written);
    this.#data = data;
  }

  protected override begin(at: number): void {
    this.follow(worksOf(this).sectors.write(at, this.#data!, this.block));
    this.#data = undefined;
  }

  protected override copied({ error }: Future<unknown>): void {
    if (error === undefined) {
      this.commit();
      return;
    }
    // Nothing was published: the device is as it was.
    addon().bttDrop(worksOf(this).id, this.lane, isLost(error));
    this.end(error);
  }
}

/** Changes what a block is, and none of its data. */
export class MarkRequest extends ChangeRequest {
  static {
    conceal(this, 'operations of a BttDevice');
  }

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
