import type { OpName } from '../operations/operation';
import { operationNames } from './capabilities';
import { FittedLine, type Line } from './cost-line';
import {
  type Costs,
  costOf,
  crossing,
  hardwareCrossing,
  misplaced,
  type EngineKind,
  type EngineTimes,
} from './cost-model';
import { mapThresholds, type StartingThresholds, type Thresholds } from './thresholds';

/** Where a threshold comes from. */
export type Origin = 'default' | 'given' | 'calibrated' | 'measured';

/** From which size on jobs go to threads, and to hardware. */
export interface Limits {
  readonly threads: Thresholds;
  readonly hardware: Thresholds;
  /** The least of all: a smaller job stays on the spot, whatever it does. */
  readonly least: number;
}

const limitsOf = (threads: Thresholds, hardware: Thresholds): Limits => ({
  threads,
  hardware,
  least: Math.min(...Object.values(threads), ...Object.values(hardware)),
});

/** What is measured of an engine for one operation. */
export interface Figures extends EngineTimes {
  /** Jobs that were measured. */
  readonly samples: number;
}

/** What is thought of engines of which nothing is known yet; see `FittedLine`. */
const guesses: Record<EngineKind, Line> = {
  inline: { fixedNs: 300, nsPerByte: 0.06 },
  threads: { fixedNs: 15_000, nsPerByte: 0.06 },
  hardware: { fixedNs: 2000, nsPerByte: 0.033 },
};

/** Jobs of an operation that are measured on an engine before that counts. */
const ENOUGH = 4;

/** Where measurements may put the threshold of threads, in bytes. Beyond, the loop waits for too long. */
const LEAST_BYTES = 4096;
const MOST_BYTES = 4 * 2 ** 20;

/** Jobs of all sizes at which the threshold of threads may be are tried on the spot. */
const REACH_UP = MOST_BYTES + 1;

/** Jobs from this size on, in bytes, or so much smaller ones than its threshold, are tried on hardware. */
const REACH_DOWN = 65536;
const REACH = 4;

/** What is thought of a hand-over of which nothing is known. */
const HAND_OVER: Line = { fixedNs: 2000, nsPerByte: 0.001 };

/** What is known of an engine for one operation. */
class Engine {
  readonly #kind: EngineKind;
  readonly #times: FittedLine;
  readonly #holds = new FittedLine(HAND_OVER);

  constructor(kind: EngineKind) {
    this.#kind = kind;
    this.#times = new FittedLine(guesses[kind]);
  }

  add(bytes: number, ns: number, heldNs: number): void {
    this.#times.add(bytes, ns);
    if (this.#kind !== 'inline') this.#holds.add(0, heldNs);
  }

  get figures(): Figures {
    const { samples } = this.#times;
    const { fixedNs, nsPerByte } = this.#times.line;
    const heldNs = this.#kind === 'inline' ? 0 : this.#holds.line.fixedNs;
    return { fixedNs, nsPerByte, heldNs, samples };
  }

  /** Absent where too little was measured. */
  cost(enough: number): Line | undefined {
    return this.#times.samples < enough ? undefined : costOf(this.#kind, this.figures);
  }
}

/** What is known of an operation: jobs that were measured, on whatever engine, and these. */
interface Known {
  added: number;
  readonly engines: Record<EngineKind, Engine | undefined>;
}

/** Nothing is left to Object.prototype. */
const nothing: Known['engines'] = { inline: undefined, threads: undefined, hardware: undefined };

type Side = 'threads' | 'hardware';

/** Limits by what is explored. */
type Explored = Record<EngineKind, Limits>;

const software: readonly EngineKind[] = ['threads', 'inline'];
const withHardware: readonly EngineKind[] = ['hardware', 'threads', 'inline'];

/**
 * Who does a job by its operation and size: the thresholds in force, where they come from, and what is
 * known of the engines. Those that nobody gave follow what is measured.
 */
export class Choice {
  /** What decides at the moment. */
  limits: Limits;
  /** Whether anything is to be found out. */
  readonly follows: boolean;
  readonly #origins: Record<Side, Map<OpName, Origin>>;
  /** Those that were given, and do not move. */
  readonly #given: Record<Side, ReadonlySet<OpName>>;
  readonly #starting: Thresholds;
  readonly #known = new Map<OpName, Known>();
  /** What hardware can do. */
  #able: ReadonlySet<OpName>;
  #limits: Limits;
  #explored: Explored | undefined;
  /** Hardware is there. */
  #serves = false;

  constructor({ threads, hardware }: StartingThresholds) {
    this.#given = { threads: threads.given, hardware: hardware.given };
    this.#starting = threads.thresholds;
    const origins = ({ given }: StartingThresholds[Side]): Map<OpName, Origin> =>
      new Map(operationNames.map((name) => [name, given.has(name) ? 'given' : 'default']));
    this.#origins = { threads: origins(threads), hardware: origins(hardware) };
    this.#able = new Set(operationNames);
    this.follows = operationNames.some(
      (op) => this.#moves('threads', op) || this.#moves('hardware', op),
    );
    this.limits = this.#limits = limitsOf(threads.thresholds, hardware.thresholds);
  }

  /** Hardware is there, and can do these. */
  serve(able: ReadonlySet<OpName>): void {
    this.#able = able;
    this.#serves = true;
    const { threads, hardware } = this.#limits;
    this.#put(
      threads,
      mapThresholds((name) => (able.has(name) ? hardware[name] : Infinity)),
    );
  }

  /** In force, whether it explores or not. */
  threshold(side: Side, op: OpName): { readonly bytes: number; readonly origin: Origin } {
    return { bytes: this.#limits[side][op], origin: this.#origins[side].get(op)! };
  }

  /** What was measured, by engine. */
  figures(op: OpName): Partial<Record<EngineKind, Figures>> {
    const known = Object.entries(this.#known.get(op)?.engines ?? nothing);
    return Object.fromEntries(
      known.flatMap(([kind, engine]) => (engine === undefined ? [] : [[kind, engine.figures]])),
    );
  }

  /** The next jobs go to this engine, within bounds; `undefined`: as ever. */
  explore(kind: EngineKind | undefined): void {
    if (kind === undefined) this.limits = this.#limits;
    else this.limits = (this.#explored ??= this.#exploring())[kind];
  }

  /** The engines that it chooses among. */
  get kinds(): readonly EngineKind[] {
    return this.#serves ? withHardware : software;
  }

  /**
   * A job was measured.
   *
   * @param ns - until its result was there
   * @param heldNs - for which the event loop was held
   * @returns how many of the operation were
   */
  add(kind: EngineKind, op: OpName, bytes: number, ns: number, heldNs: number): number {
    let known = this.#known.get(op);
    if (known === undefined) this.#known.set(op, (known = { added: 0, engines: { ...nothing } }));
    (known.engines[kind] ??= new Engine(kind)).add(bytes, ns, heldNs);
    return ++known.added;
  }

  /** Moves thresholds of the operation that follow, where what was measured says so; returns whether any moved. */
  follow(op: OpName): boolean {
    const before = this.#limits;
    const costs = this.#costs(op, ENOUGH);
    if (this.#moves('threads', op)) this.#followThreads(op, costs);
    if (this.#moves('hardware', op)) this.#followHardware(op, costs);
    return this.#limits !== before;
  }

  /** Puts all thresholds where the measured costs are equal, given ones too. */
  calibrate(): void {
    for (const op of operationNames) {
      const costs = this.#costs(op, 1);
      const { inline, threads } = costs;
      if (inline !== undefined && threads !== undefined) {
        this.#move('threads', op, withinBounds(crossing(inline, threads)), 'calibrated');
      }
      const found = hardwareCrossing(costs, this.#limits.threads[op]);
      if (found !== undefined) this.#move('hardware', op, found, 'calibrated');
    }
  }

  #followThreads(op: OpName, { inline, threads }: Costs): void {
    if (inline === undefined || threads === undefined) return;
    const found = withinBounds(crossing(inline, threads));
    const now = this.#limits.threads[op];
    if (found === now || !misplaced(now, inline, threads)) return;
    this.#move('threads', op, found, 'measured');
  }

  #followHardware(op: OpName, costs: Costs): void {
    const threshold = this.#limits.threads[op];
    const found = hardwareCrossing(costs, threshold);
    if (found === undefined) return;
    const now = this.#limits.hardware[op];
    const software = (now >= threshold ? costs.threads : undefined) ?? costs.inline!;
    if (found === now || !misplaced(now, software, costs.hardware!)) return;
    this.#move('hardware', op, found, 'measured');
  }

  #costs(op: OpName, enough: number): Costs {
    const { inline, threads, hardware } = this.#known.get(op)?.engines ?? nothing;
    return {
      inline: inline?.cost(enough),
      threads: threads?.cost(enough),
      hardware: hardware?.cost(enough),
    };
  }

  #exploring(): Explored {
    const moved = (side: Side, to: (bytes: number, op: OpName) => number): Thresholds =>
      mapThresholds((op) => {
        const bytes = this.#limits[side][op];
        return this.#moves(side, op) ? to(bytes, op) : bytes;
      });
    const up = (bytes: number): number => Math.max(bytes, REACH_UP);
    // A thread that sleeps takes so long to wake up that its times for smaller jobs say nothing else.
    const worthwhile = (bytes: number, op: OpName): number => Math.min(bytes, this.#starting[op]);
    return {
      inline: limitsOf(moved('threads', up), moved('hardware', up)),
      threads: limitsOf(
        moved('threads', worthwhile),
        moved('hardware', () => Infinity),
      ),
      hardware: limitsOf(
        this.#limits.threads,
        moved('hardware', (bytes) => Math.min(bytes / REACH, REACH_DOWN)),
      ),
    };
  }

  #moves(side: Side, op: OpName): boolean {
    if (this.#given[side].has(op) || op === 'nop' || op === 'drain') return false;
    return side === 'threads' || this.#able.has(op);
  }

  #move(side: Side, op: OpName, bytes: number, origin: Origin): void {
    if (side === 'hardware' && !this.#able.has(op)) return;
    const sides = { threads: this.#limits.threads, hardware: this.#limits.hardware };
    sides[side] = { ...sides[side], [op]: bytes };
    this.#origins[side].set(op, origin);
    this.#put(sides.threads, sides.hardware);
  }

  #put(threads: Thresholds, hardware: Thresholds): void {
    this.limits = this.#limits = limitsOf(threads, hardware);
    this.#explored = undefined;
  }
}

const withinBounds = (bytes: number): number => Math.min(Math.max(bytes, LEAST_BYTES), MOST_BYTES);
