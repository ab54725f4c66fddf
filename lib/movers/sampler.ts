import { Status } from '../abi/completion-record';
import { clock } from '../clock';
import { floor, isInteger } from '../intrinsics';
import type { JobTable } from '../jobs/job-table';
import type { OpName, Operation } from '../operations/operation';
import type { Choice } from './choice';
import type { EngineKind } from './cost-model';

// Primes, so that programs which repeat themselves have all that they do measured.

/**
 * One gathering in so many is measured, of the first ones and later. The first ones, again, where a threshold
 * has moved: what a program does while it warms up says little of later, and on an engine that is not chosen
 * little is measured.
 */
const EVERY_EARLY = 31;
const EVERY_LATE = 127;
const EARLY = 64;

/** One measured gathering in so many explores. */
const EXPLORE = 5;

/**
 * So many gatherings before one that explores an engine go there, too. The first on an engine that has had
 * nothing to do pays for waking threads, and for code that no cache has any more, which those behind it do
 * not: taken for what the engine costs, it would never be chosen again. Threads and queues are not even
 * measured before as many were handed over just like that one: while code runs that seldom does, threads
 * fall asleep.
 */
const REHEARSALS = 16;

/** After so many measurements of an operation its thresholds are looked at, which takes longer. */
const FOLLOW = 7;

/** A measured job that is under way. */
interface Probe {
  readonly kind: EngineKind;
  readonly op: OpName;
  readonly bytes: number;
  readonly slot: number;
  readonly ticket: number;
  readonly begun: number;
  readonly heldNs: number;
}

/** Milliseconds. */
export type Clock = () => number;

/**
 * Measures some of a mover's jobs as they pass, for its choice of engines: of one gathering in 127,
 * or in 31 at first and where a threshold has moved, if all of it is the same operation on the same
 * engine, what it takes on the spot; or, if threads or queues had nothing to do before, what its first
 * job takes there until the event loop finds the result.
 */
export class Sampler {
  /** The gathering is one that is measured. */
  armed = false;
  readonly #choice: Choice;
  readonly #table: Pick<JobTable<unknown>, 'active' | 'records' | 'ticket'>;
  readonly #now: Clock;
  #always = false;
  #rest = Infinity;
  #armings = 0;
  #probe: Probe | undefined;
  /** Who did what was measured last. */
  #last: EngineKind = 'inline';
  // Of the gathering.
  #op: OpName | undefined;
  #slot = -1;
  #count = 0;
  #bytes = 0;

  constructor(
    choice: Choice,
    table: Pick<JobTable<unknown>, 'active' | 'records' | 'ticket'>,
    now: Clock = clock,
  ) {
    this.#choice = choice;
    this.#table = table;
    this.#now = now;
    this.#disarm();
  }

  /** Whether what comes is handed over like a gathering that is measured, and is not. */
  get rehearses(): boolean {
    return this.armed && !this.#always && this.#rest > 0;
  }

  /** Whether every gathering is measured, and none explores. */
  set always(always: boolean) {
    this.#always = always;
    this.#disarm();
  }

  /** A job is in the gathering that is measured. A slot below 0: it is in none. */
  note(slot: number, { name }: Operation, bytes: number): void {
    if (this.#count === 0) {
      this.#op = name;
      this.#slot = slot;
    } else if (this.#op !== name) {
      this.#op = undefined;
    }
    this.#count++;
    this.#bytes += bytes;
  }

  /** A gathering was handed over that is not measured. */
  pass(): void {
    const rest = --this.#rest;
    if (rest <= 0) this.#arm();
    else if (rest === REHEARSALS) this.#rehearse();
  }

  /**
   * Hands over a gathering that is measured, or like one.
   *
   * @param gatherings - how many jobs each engine has in it, of those that have any
   * @param idle - how many jobs may be under way there with room for another at once
   * @param submit - gives the number of jobs that it had no room for
   */
  measure(
    gatherings: readonly [kind: EngineKind, jobs: number][],
    idle: number,
    submit: () => number,
  ): number {
    const [op, slot, count] = [this.#op, this.#slot, this.#count];
    const bytes = this.#bytes / count;
    const free = this.#table.active - count < idle;
    const ticket = slot < 0 ? slot : this.#table.ticket(slot);
    const rehearsal = this.rehearses;
    if (rehearsal) this.#clear();
    else this.#disarm();
    const begun = this.#now();
    const left = submit();
    const heldNs = ((this.#now() - begun) * 1e6) / count;
    if (rehearsal) {
      if (--this.#rest <= 0) this.#arm();
      // None of its jobs was one to be tried elsewhere: those of the next will not be, either.
      else this.armed = gatherings.some(([kind]) => kind !== 'inline');
      return left;
    }
    // Others, or those that found no room the last time, have their part in the time.
    const [kind, jobs] = gatherings.length === 1 ? gatherings[0] : [];
    if (kind === undefined || op === undefined || jobs !== count || left > 0) return left;
    this.#last = kind;
    if (kind === 'inline') this.#add(kind, op, bytes, heldNs, heldNs);
    else if (free) this.#probe = { kind, op, bytes, slot, ticket, begun, heldNs };
    return left;
  }

  /** Looks whether the measured job is complete. */
  look(): void {
    const probe = this.#probe;
    if (probe === undefined) return;
    const { kind, op, bytes, slot, ticket, begun, heldNs } = probe;
    const status = this.#table.records.status(slot);
    const its = this.#table.ticket(slot) === ticket;
    if (its && status === Status.Pending) return;
    this.#probe = undefined;
    // Somebody else may have seen it first, or it is not complete after all: at a page fault.
    if (!its || (status !== Status.Success && status !== Status.FalsePredicate)) return;
    this.#add(kind, op, bytes, (this.#now() - begun) * 1e6, heldNs);
  }

  #add(kind: EngineKind, op: OpName, bytes: number, ns: number, heldNs: number): void {
    const added = this.#choice.add(kind, op, bytes, ns, heldNs);
    if (this.#always || added % FOLLOW !== 0) return;
    if (this.#choice.follow(op)) this.#armings = 0;
  }

  /** Begins with the gatherings before the one that is measured. */
  #rehearse(): void {
    const kind = this.#explored();
    this.#choice.explore(kind);
    this.armed = (kind ?? this.#last) !== 'inline';
  }

  #arm(): void {
    this.armed = true;
    this.#armings++;
  }

  /** Which engine the next gathering that is measured explores. */
  #explored(): EngineKind | undefined {
    const turn = (this.#armings + 1) / EXPLORE;
    if (!isInteger(turn)) return undefined;
    const { kinds } = this.#choice;
    // Two by two, for programs that do two things by turns.
    return kinds[floor(turn / 2) % kinds.length];
  }

  #clear(): void {
    this.#op = undefined;
    this.#slot = -1;
    this.#count = this.#bytes = 0;
  }

  #disarm(): void {
    this.#clear();
    this.#rest = this.#interval();
    this.armed = this.#always;
    this.#choice.explore(undefined);
  }

  /** How many gatherings pass before the next that is measured. */
  #interval(): number {
    if (!this.#choice.follows) return Infinity;
    return (this.#armings < EARLY ? EVERY_EARLY : EVERY_LATE) - 1;
  }
}
