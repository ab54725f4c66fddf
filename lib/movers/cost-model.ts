import { timeOf, type Line } from './cost-line';

// What decides who does a job:
//
//     cost = time until the result is there + time for which the event loop is held
//
// A job on the spot holds the loop from its beginning to its end, and costs its time twice. A job on
// threads, or on hardware, holds it while it is handed over; what comes then (a thread that wakes up,
// the work, the loop that finds the result) is time alone. All are straight lines over the size, so two
// engines have one size from which on the second is the cheaper one: the threshold.

/** Who can do a job: the calling thread inside the submission, threads of ours, or a work queue. */
export type EngineKind = 'inline' | 'threads' | 'hardware';

/** What was found out of an engine: times, and for how long handing over holds the loop. */
export interface EngineTimes extends Line {
  readonly heldNs: number;
}

/** What jobs of an operation cost on each engine; undefined where that is not known. */
export type Costs = Readonly<Record<EngineKind, Line | undefined>>;

/** Around a threshold costs are within so much of one another where it stays as it is. */
const TOLERANCE = 0.1;

/** What a job costs by its size. */
export function costOf(engine: EngineKind, { fixedNs, nsPerByte, heldNs }: EngineTimes): Line {
  return engine === 'inline'
    ? { fixedNs: 2 * fixedNs, nsPerByte: 2 * nsPerByte }
    : { fixedNs: fixedNs + heldNs, nsPerByte };
}

/** From which size on the second costs less, in bytes; Infinity: from none. */
export function crossing(small: Line, large: Line): number {
  const handicap = large.fixedNs - small.fixedNs;
  const gain = small.nsPerByte - large.nsPerByte;
  if (gain < 0 || (gain === 0 && handicap >= 0)) return Infinity;
  return handicap <= 0 ? 0 : Math.ceil(handicap / gain);
}

/**
 * From which size on hardware costs less than the better one of the others.
 *
 * @param threshold - from which size on threads are that; Infinity: threads are not known
 */
export function hardwareCrossing(
  { inline, threads, hardware }: Costs,
  threshold: number,
): number | undefined {
  if (hardware === undefined || inline === undefined) return undefined;
  const below = crossing(inline, hardware);
  if (below <= threshold || threads === undefined) return below;
  return Math.max(threshold, crossing(threads, hardware));
}

/**
 * Whether a threshold is to be moved: the costs on its two sides differ by more than the tolerance. So
 * jobs of its size lose no more than that, and it does not move to and fro with every measurement.
 */
export function misplaced(threshold: number, small: Line, large: Line): boolean {
  if (threshold === Infinity) return crossing(small, large) !== Infinity;
  const [a, b] = [timeOf(small, threshold), timeOf(large, threshold)];
  return Math.max(a, b) > (1 + TOLERANCE) * Math.min(a, b);
}
