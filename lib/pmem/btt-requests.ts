import { addon } from '../addon';
import { completed } from '../future/base-future';
import type { Future } from '../future/future';
import type { Bytes } from '../memory/resolve';
import type { ChangeKind } from './btt-commits';
import { commitError, isLost } from './btt-errors';
import { Kind, No, Request, type Works } from './btt-request';
import { goneError } from './lost';

/** Reads a block. What it reads is not written to again before the copy has ended. */
export class ReadRequest extends Request<Buffer> {
  readonly #into: Buffer;
  /** Whether the map still was all of its file when the lane was released. */
  #held: boolean | undefined;

  constructor(works: Works, block: number, into: Buffer) {
    super(works, block, Kind.Read);
    this.#into = into;
  }

  protected override begin(at: number): Future<unknown> {
    if (this.lane === No.Data) return this.works.clear(this.#into);
    return this.works.sectors.read(at, this.#into, this.block);
  }

  protected override copied(copy: Future<unknown>): void {
    const { id } = this.works;
    const { lane } = this;
    this.#held ??= addon().bttEndRead(id, lane);
    this.conclude(copy.error ?? this.#fault(this.#held, copy.output), this.#into);
  }

  #fault(held: boolean, result: unknown): Error | undefined {
    if (!held) return goneError(`block ${String(this.block)}`);
    return this.lane < 0 ? undefined : this.works.sectors.fault(result, this.block);
  }
}

/** A request that changes a block. */
export abstract class ChangeRequest extends Request<void> {
  #committed = false;

  constructor(
    works: Works,
    block: number,
    kind: Kind.Write | Kind.Mark,
    readonly change: ChangeKind,
  ) {
    super(works, block, kind);
  }

  /** @param errno - 0: the change is durable, and whole. Said once more where it was cut off. */
  settled(errno: number): void {
    this.conclude(commitError(errno, this.block));
  }

  /** Becomes durable, and ends then. */
  protected override copied({ error }: Future<unknown>): void {
    if (error !== undefined) {
      // Nothing was published: the device is as it was.
      this.drop(isLost(error));
      this.conclude(error);
    } else if (!this.#committed) {
      this.works.commits.add(this);
      this.#committed = true;
    }
  }
}

/** Writes a block: to a free place first, which then becomes the block's. */
export class WriteRequest extends ChangeRequest {
  #data: Bytes | undefined;

  constructor(works: Works, block: number, data: Bytes) {
    super(works, block, Kind.Write, works.written);
    this.#data = data;
  }

  protected override begin(at: number): Future<unknown> {
    const copy = this.works.sectors.write(at, this.#data!, this.block);
    this.#data = undefined;
    return copy;
  }
}

const nothing = completed(undefined);

/** Changes what a block is, and none of its data. */
export class MarkRequest extends ChangeRequest {
  constructor(works: Works, block: number, as: ChangeKind.Zero | ChangeKind.Bad) {
    super(works, block, Kind.Mark, as);
  }

  protected override begin(): Future<unknown> {
    return nothing;
  }
}
