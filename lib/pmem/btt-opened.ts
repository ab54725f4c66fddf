import { addon } from '../addon';
import { min } from '../intrinsics';
import { ChangeKind, Commits } from './btt-commits';
import { LaneQueue } from './btt-lanes';
import type { BttOptions } from './btt-options';
import { Pace } from './btt-pace';
import type { Works } from './btt-request';
import { sectorsOf } from './btt-sectors';
import type { BttOpened } from './pmem-addon';
import type { Inside } from './pmem-map';

/**
 * A device from its opening to its end, which comes at the latest when its map is closed, or when nobody
 * has the object any more that it is used by. So it must not lead to that.
 */
export class OpenDevice {
  readonly works: Works;
  readonly #dependents: Inside['dependents'];
  #closing: Promise<void> | undefined;

  constructor(opened: BttOpened, inside: Inside, options: BttOptions) {
    const { id, sectorBytes } = opened;
    const { flushing, bytes, dependents } = inside;
    // A copy that is given up while an engine still writes would be written into a later one.
    const reader = (options.mover ?? inside.mover).with({ timeoutMs: Infinity });
    const flushes = flushing === 'cacheline' && reader.capabilities.durable;
    const writer = flushes ? reader.with({ durable: true }) : reader;
    const needsFlush = flushing !== 'byte' && !flushes;
    const most = min(options.lanes ?? opened.lanes, opened.lanes);
    const pace = new Pace();
    this.works = {
      id,
      lanes: new LaneQueue(most, pace, () => {
        addon().bttWait(id);
      }),
      commits: new Commits(id, flushing === 'page', pace),
      sectors: sectorsOf(bytes, sectorBytes, reader, writer),
      offset: new Float64Array(opened.offset),
      written: needsFlush ? ChangeKind.WriteToFlush : ChangeKind.Write,
      clear: (into) => reader.futures.fill(into, 0),
    };
    this.#dependents = dependents.add(this);
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /** Waits for all that was asked for. */
  close(): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    const idle = this.works.lanes.idle();
    // What is cut off before it closes can be closed again.
    this.#closing = this.#finish(idle);
    return this.#closing;
  }

  async #finish(idle: Promise<unknown>): Promise<void> {
    await idle;
    this.#dependents.delete(this);
    addon().bttClose(this.works.id);
  }
}
