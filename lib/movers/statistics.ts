import { Opcode } from '../abi/descriptor';
import type { JobCounts } from '../jobs/job-tally';
import type { OpName } from '../operations/operation';
import type { JobQueue } from './job-queue';

/** What was done otherwise than it was asked for, where hardware has limits that the program has not. */
export class Hidden {
  deltasInWindows = 0;
  throughScratch = 0;
  dualcastsAsCopies = 0;
}

/**
 * What a mover has done since it was opened (what is said of work queues is 0 where it has none), what
 * is under way, and by whom software works.
 */
export interface MoverStats {
  /** Descriptors handed to work queues; a batch is one. */
  readonly descriptors: number;
  readonly batches: number;
  /** Operations in a batch, on average. */
  readonly meanBatch: number;
  /** Operations that were cut into pieces, being larger than a queue takes. */
  readonly splits: number;
  /** Deltas over more than 512 KiB, done in windows of so many bytes. */
  readonly deltasInWindows: number;
  /**
   * Deltas that were done in aligned memory of the library's own, and copied there and back, as an
   * address or the length was no multiple of 8.
   */
  readonly throughScratch: number;
  /** Dualcasts done as two copies, as the destinations' addresses did not agree modulo 4096. */
  readonly dualcastsAsCopies: number;
  /** Submissions for which no queue had room. */
  readonly queueFull: number;
  /** Where devices stopped at pages that were not there, and how many of these the CPU did to the end. */
  readonly faults: { readonly read: number; readonly write: number; readonly continued: number };
  /** Given to a device again after a fault. */
  readonly retries: number;
  /** Operations that had no answer. */
  readonly lost: number;
  /**
   * Of those, how many have had no answer to this day. Their memory is kept, and what they were to write
   * must not be used: a device may still write it.
   */
  readonly quarantined: number;
  readonly queues: QueueStats;
  /**
   * What engines were given, by operation: how often the thread that asked, others, and work queues, and
   * bytes in all. `copy` counts moves, too, `compare` those of `equals`, and `nop` what was withdrawn
   * after it had been gathered. What takes several jobs counts as them.
   */
  readonly ops: Readonly<Partial<Record<OpName, JobCounts>>>;
  /** Operations under way, on whatever engine. */
  readonly inFlight: number;
  /** Its software engine; absent where the engine is one of your own. */
  readonly software?: SoftwareStats;
}

/**
 * The work queues of a mover. While one has failed the mover is degraded: the others do its work, and
 * where there are none, software, or nobody.
 */
export interface QueueStats {
  /** Names of those that serve. */
  readonly serving: readonly string[];
  /** Names of those that do not; they are tried again while there is work. */
  readonly failed: readonly string[];
  /** How often one has failed, and come back. */
  readonly losses: number;
  readonly returns: number;
}

export interface SoftwareStats {
  /** As it was asked for. */
  readonly engine: string;
  /** Operations, and parts of large ones, that Intel DML executed. */
  readonly byIntelDml: number;
}

const noQueues: QueueStats = { serving: [], failed: [], losses: 0, returns: 0 };

const none = {
  descriptors: 0,
  batches: 0,
  members: 0,
  splits: 0,
  refused: 0,
  readFaults: 0,
  writeFaults: 0,
  continued: 0,
  retried: 0,
  lost: 0,
};

/** The name of each opcode; a move that overlaps is one for engines alone. */
const names: readonly (readonly [OpName, Opcode])[] = [
  ['copy', Opcode.MemoryMove],
  ['fill', Opcode.Fill],
  ['dualcast', Opcode.Dualcast],
  ['compare', Opcode.Compare],
  ['comparePattern', Opcode.ComparePattern],
  ['crc32c', Opcode.Crc],
  ['copyCrc32c', Opcode.CopyCrc],
  ['createDelta', Opcode.CreateDelta],
  ['applyDelta', Opcode.ApplyDelta],
  ['difCheck', Opcode.DifCheck],
  ['difInsert', Opcode.DifInsert],
  ['difStrip', Opcode.DifStrip],
  ['difUpdate', Opcode.DifUpdate],
  ['flush', Opcode.CacheFlush],
  ['nop', Opcode.Nop],
  ['drain', Opcode.Drain],
];

function opsOf(queue: JobQueue | undefined): MoverStats['ops'] {
  if (queue === undefined) return {};
  const all = names.map(([name, opcode]) => [name, queue.table.tally.of(opcode)] as const);
  return Object.fromEntries(
    all.filter(([, { inline, threads, hardware }]) => inline + threads + hardware > 0),
  );
}

export function statsOf(queue: JobQueue | undefined, hidden: Readonly<Hidden>): MoverStats {
  const counted = queue?.hardware?.engine.counters() ?? none;
  const { descriptors, batches, members, splits, refused, retried, lost } = counted;
  return {
    descriptors,
    batches,
    meanBatch: batches === 0 ? 0 : members / batches,
    splits,
    ...hidden,
    queueFull: refused,
    faults: { read: counted.readFaults, write: counted.writeFaults, continued: counted.continued },
    retries: retried,
    lost,
    quarantined: queue?.table.quarantined ?? 0,
    queues: queue?.hardware?.queueStats() ?? noQueues,
    ops: opsOf(queue),
    inFlight: queue?.pending ?? 0,
  };
}
