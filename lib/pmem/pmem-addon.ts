/** A block device that was opened. */
export interface BttOpened {
  readonly id: number;
  /** Bytes of a block as the layout has it. */
  readonly sectorBytes: number;
  readonly blocks: number;
  readonly lanes: number;
  readonly uuid: Buffer;
  readonly parentUuid: Buffer;
  /** Where `bttBegin` says where in the mapping the data is. */
  readonly offset: ArrayBuffer;
}

/** Why one was not; the numbers are those of `btt::Refusal`. */
export interface BttRefused {
  readonly refusal: number;
  readonly errno: number;
}

/** What the native addon offers for mapped files, and for block devices over them. */
export interface PmemAddon {
  /**
   * Maps a file for reading and writing, or says which step the system refused and with which errno;
   * undefined where the runtime refuses a view of it.
   *
   * @param fd - remains the caller's
   * @param unit - in which it can be mapped, in bytes; 0: pages
   * @param shared - what is stored reaches the file
   * @param device - it is a DAX device
   * @param autoFlush - the caches are inside the power-fail domain
   * @param forced - the granularity whatever it is, -1: what it is
   */
  pmemMap(
    fd: number,
    bytes: number,
    unit: number,
    shared: boolean,
    device: boolean,
    autoFlush: boolean,
    forced: number,
  ):
    | { id: number; memory: ArrayBuffer; granularity: number; flushing: number; sync: boolean }
    | { step: string; errno: number }
    | undefined;
  /** Nobody names the mapping any more: it ends with its memory. */
  pmemForget(mapping: number): void;
  /** Detaches the memory, and lets go of the file. The addresses stay valid while somebody holds them. */
  pmemUnmap(mapping: number, memory: ArrayBuffer): void;
  /** How many bytes of a mapping, from its beginning, still are the file's. */
  pmemHeld(mapping: number): number;
  /** Starts to write a range back, by the mapping's granularity; an errno, or 0. By pages it blocks. */
  pmemFlush(mapping: number, offset: number, bytes: number): number;
  /** Waits for what was flushed; an errno, or 0. */
  pmemDrain(mapping: number): number;
  /** Writes a range back through the file system, on a thread of libuv's. */
  pmemSync(mapping: number, offset: number, bytes: number, done: (errno: number) => void): void;
  /**
   * Opens the block device over a mapping on another thread, and formats it first if there are bytes of a
   * block, behind the header of a `pool` if that is wanted.
   */
  bttOpen(
    mapping: number,
    blockBytes: number,
    freeBlocks: number,
    uuid: Uint8Array,
    parentUuid: Uint8Array,
    pool: boolean,
    done: (opened: BttOpened | BttRefused) => void,
  ): void;
  /**
   * Takes a lane for a read (0), a write (1) or a mark (2), which the caller then has: a number from 0
   * on. Below: -2 the block reads as zeros, -3 it is bad, -4 no lane is free, -5 read only.
   */
  bttBegin(device: number, kind: 0 | 1 | 2, block: number): number;
  /** After no lane was free: other threads leave the next one. */
  bttWait(device: number): void;
  /** Releases the lane, if it is one; whether the mapping still was all of its file. */
  bttEndRead(device: number, lane: number): boolean;
  /** Releases the lane of what is not to be, or keeps everybody from using it again. */
  bttDrop(device: number, lane: number, retire: boolean): void;
  /**
   * Makes changes durable and releases their lanes: kind, lane and block of each. A write whose data is
   * durable (0) or is to be made so (1), zeros (2), bad (3). An errno for each; undefined: all went well.
   */
  bttCommit(device: number, changes: Float64Array, count: number): number[] | undefined;
  /** The same on a thread of libuv's. */
  bttCommitLater(
    device: number,
    changes: Float64Array,
    count: number,
    done: (errors: number[] | undefined) => void,
  ): void;
  /**
   * On a thread of libuv's; no lane is in use meanwhile. What is wrong, or an errno: `EFAULT` where the
   * image is its file no more. As long as lanes are in use: `again` is to be looked at, once, instead of
   * the device.
   */
  bttCheck(device: number | object, done: (found: string[] | number, again?: object) => void): void;
  bttReadOnly(device: number): boolean;
  bttClose(device: number): void;
}
