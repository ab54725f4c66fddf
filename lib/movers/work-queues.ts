import { getSystemErrorName } from 'node:util';
import { addon } from '../addon';
import { clock } from '../clock';
import { queueState, type QueueSetup, type Unusable } from '../devices/usable-queues';
import { bare } from '../intrinsics';

/** How long a queue may take to answer the no-op by which it is tried, in milliseconds. */
const PATIENCE_MS = 1000;

/**
 * Until a queue that has failed is tried again, in milliseconds: at first, and at most. An attempt may
 * hold a thread of libuv's pool for all of its patience.
 */
export const RETRY_MS = 1000;
export const MAX_RETRY_MS = 32_000;

/** One that has served for so long is as good as any other, in milliseconds. */
const TRUSTED_MS = 60_000;

/** How a queue is to be submitted to, as the addon numbers it. */
const ways = { auto: 0, mmap: 1, write: 2 } as const;

export type SubmitWay = keyof typeof ways;

interface Entry {
  readonly setup: QueueSetup;
  /** Number in the addon; undefined while it does not serve. */
  id: number | undefined;
  opening: boolean;
  /** When it may be tried again, and how long after the next failure. */
  retryAt: number;
  delay: number;
  /** When it was last opened. */
  since: number;
  /** How it is submitted to. */
  how: string;
  /** Why it could not be opened. */
  problem: Unusable | undefined;
}

/** The work queues of one mover: which serve, which have failed, and their return. */
export class WorkQueues {
  readonly #entries: readonly Entry[];
  readonly #way: SubmitWay;

  private constructor(setups: readonly QueueSetup[], way: SubmitWay) {
    this.#way = way;
    this.#entries = setups.map((setup) => ({
      setup,
      id: undefined,
      opening: false,
      retryAt: 0,
      delay: RETRY_MS,
      since: 0,
      how: '',
      problem: undefined,
    }));
  }

  /** Opens all queues at once; those that cannot be opened are tried again later. */
  static async open(setups: readonly QueueSetup[], way: SubmitWay): Promise<WorkQueues> {
    const queues = new WorkQueues(setups, way);
    await Promise.all(queues.#entries.map((entry) => queues.#open(entry)));
    queues.#excludeUnable();
    return queues;
  }

  /** Queues that are open already, which do not come back once they have failed. */
  static of(queues: readonly { setup: QueueSetup; id: number }[]): WorkQueues {
    const made = new WorkQueues(
      queues.map(({ setup }) => setup),
      'auto',
    );
    made.#entries.forEach((entry, index) => {
      entry.id = queues[index].id;
      entry.retryAt = Infinity;
    });
    return made;
  }

  /** Names of those that serve, or of those that do not. */
  namesOf(serving: boolean): string[] {
    const found = this.#entries.filter(({ id }) => (id !== undefined) === serving);
    return found.map(({ setup }) => setup.name);
  }

  /** Numbers of those that serve. */
  get ids(): number[] {
    return this.#serving.map(({ id }) => id!);
  }

  get setups(): QueueSetup[] {
    return this.#serving.map(({ setup }) => setup);
  }

  /** Of all, also of those that do not serve yet. */
  get known(): QueueSetup[] {
    return this.#entries.map(({ setup }) => setup);
  }

  /** Their names, and how they are submitted to. */
  get names(): string {
    return this.#serving.map(({ setup, how }) => `${setup.name} ${how}`.trim()).join(', ');
  }

  /** Why the others do not serve. */
  get refusals(): Unusable[] {
    return this.#entries.flatMap(({ problem }) => problem ?? []);
  }

  /**
   * Takes out of service what has failed, and what the system has disabled. Returns their names.
   *
   * @param stalled - nothing was accepted and nothing answered for long: then all have failed
   */
  withdraw(stalled: boolean): string[] {
    const failed = this.#serving.filter(
      ({ id, setup }) => stalled || addon().queueLost(id!) || !isEnabled(setup),
    );
    for (const entry of failed) {
      addon().closeQueue(entry.id!);
      entry.id = undefined;
      if (clock() - entry.since > TRUSTED_MS) entry.delay = RETRY_MS;
      postpone(entry);
    }
    return failed.map(({ setup }) => setup.name);
  }

  /** Tries again what does not serve; `opened` is called for each that then does. */
  restore(opened: (name: string) => void): void {
    const now = clock();
    for (const entry of this.#entries) {
      if (entry.id !== undefined || entry.opening || now < entry.retryAt) continue;
      entry.retryAt = now + RETRY_MS;
      if (queueState(entry.setup.name) !== 'enabled') continue;
      void this.#open(entry).then(() => {
        if (entry.id !== undefined) opened(entry.setup.name);
      });
    }
  }

  close(): void {
    for (const entry of this.#entries) {
      entry.retryAt = Infinity;
      if (entry.id !== undefined) addon().closeQueue(entry.id);
      entry.id = undefined;
    }
  }

  get #serving(): Entry[] {
    return this.#entries.filter(({ id }) => id !== undefined);
  }

  /** What the mover now says that hardware can do must hold for queues that come later. */
  #excludeUnable(): void {
    const serving = this.setups;
    const all = serving.reduce((able, { operations }) => able & operations, ~0n);
    const overlap = serving.every(({ overlapping }) => overlapping);
    const block = serving.every(({ blockOnFault }) => blockOnFault);
    const back = serving.every(({ readback }) => readback);
    for (const entry of this.#entries) {
      const { operations, overlapping, blockOnFault, readback } = entry.setup;
      const able =
        (operations & all) === all &&
        overlapping >= overlap &&
        blockOnFault >= block &&
        readback >= back;
      if (entry.id === undefined && !able) entry.retryAt = Infinity;
    }
  }

  #open(entry: Entry): Promise<void> {
    const { setup } = entry;
    entry.opening = true;
    return new Promise((resolve) => {
      addon().openQueue(
        setup.path,
        setup.dedicated,
        setup.size,
        setup.maxTransfer,
        setup.maxBatch,
        setup.batchByWrite,
        setup.numa,
        setup.priority,
        ways[this.#way],
        PATIENCE_MS,
        (id, step, errno = 0) => {
          entry.opening = false;
          entry.how = step;
          entry.problem = id === undefined ? refusal(setup, step, errno) : undefined;
          // Closed meanwhile: nobody is there to use it.
          if (id !== undefined && entry.retryAt === Infinity) addon().closeQueue(id);
          else entry.id = id;
          if (entry.id === undefined) postpone(entry);
          else entry.since = clock();
          resolve();
        },
      );
    });
  }
}

/** After each failure it is left alone for longer. */
function postpone(entry: Entry): void {
  entry.retryAt = Math.max(entry.retryAt, clock() + entry.delay);
  entry.delay = Math.min(2 * entry.delay, MAX_RETRY_MS);
}

/** What the system refused, in words. */
function refusal({ name, path }: QueueSetup, step: string, errno: number): Unusable {
  const code = errno === 0 ? '' : getSystemErrorName(-errno);
  const permission = code === 'EPERM' || code === 'EACCES';
  const words: Readonly<Record<string, string>> = bare({
    open: `${path} cannot be opened`,
    mmap: `its portal cannot be mapped, which takes CAP_SYS_RAWIO on kernels since 6.10`,
    instruction:
      'this CPU lacks the instruction that it needs (MOVDIR64B, or ENQCMD if it is shared)',
    kind: `${path} is an ordinary file, and no device`,
    probe: 'it does not answer a no-op',
    platform: 'work queues need Linux on x86-64',
  });
  const why = `${words[step] ?? step}${code === '' ? '' : ` (${code})`}`;
  return { name, why, permission };
}

/** The system knows nothing of queues without a device. */
const isEnabled = ({ name, device }: QueueSetup): boolean =>
  device === 'loopback' || queueState(name) === 'enabled';
