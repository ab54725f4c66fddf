import { addon } from '../addon';
import { clearTimeout, setImmediate, setTimeout } from '../clock';
import { epoch } from '../future/epoch';

/** Who is driven by the event loop. */
export interface Driven {
  /** Whether a turn has anything to look at; it leaves the loop when not. */
  active(): boolean;
  /** Whether the process stays alive for it. */
  keepsAlive(): boolean;
  /**
   * When its next turn should be, in milliseconds: 0 in the loop's next turn, `Infinity` when an
   * engine has completed something. Asked once after each turn.
   */
  patience(): number;
  /** Does what is due; returns how many completions there were. Never throws. */
  turn(): number;
  /** The loop sleeps with it, or was woken. */
  slept(): void;
  woken(): void;
}

/** Nobody changes it: to sleep on. */
const still = new Int32Array(new SharedArrayBuffer(4));

/**
 * Gives turns to the runtimes of this thread inside its event loop.
 *
 * While one of them is impatient it has a turn in every turn of the loop. Otherwise the loop sleeps,
 * until an engine wakes it or the patience of one has ended. With none of them active it does not
 * exist for the loop: no CPU is used and the process may exit.
 */
export class EventLoop {
  readonly #driven = new Set<Driven>();
  /** None before there are engines: without them nothing native is needed. */
  #wakeUp: number | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #asleep = false;

  /** Number of the wake-up that engines are opened with. */
  get wakeUp(): number {
    if (this.#wakeUp !== undefined) return this.#wakeUp;
    const made = addon().onWake(this.#wake);
    // A hook that is called as it is made may have opened engines with another.
    return (this.#wakeUp ??= made);
  }

  /** Gives turns to it as long as it is active. */
  add(driven: Driven): void {
    this.#driven.add(driven);
    // An immediate that does not keep the process alive would not keep the loop from sleeping.
    if (this.#keepsAlive()) {
      this.#schedule();
      this.#rise();
    } else if (this.#immediate === undefined) {
      this.#rest(0);
    }
  }

  /** Somebody has nothing more to do, or no longer keeps the process alive, or does again. */
  refresh(): void {
    if (!this.#asleep) return;
    for (const driven of this.#driven) if (!driven.active()) this.#driven.delete(driven);
    if (this.#driven.size === 0) {
      this.#rise();
      return;
    }
    const keepAlive = this.#keepsAlive();
    if (this.#wakeUp !== undefined) addon().sleep(this.#wakeUp, keepAlive);
    if (keepAlive) this.#timer?.ref();
    else this.#timer?.unref();
  }

  /**
   * Blocks this thread for up to `milliseconds`, or until an engine completes something.
   *
   * @param idle - looks once more, behind the arming of the wake-up; false: there is no need to block
   */
  block(milliseconds: number, idle: () => boolean): void {
    // Before there are engines nobody can wake this thread.
    if (this.#wakeUp === undefined) {
      if (idle()) Atomics.wait(still, 0, 0, milliseconds);
      return;
    }
    const asleep = this.#asleep;
    // Before: what is called may be cut off, and has heard of completions that wake nobody any more.
    if (asleep) this.#schedule();
    addon().arm(this.wakeUp);
    try {
      if (idle()) addon().block(this.wakeUp, milliseconds);
    } finally {
      addon().awake(this.wakeUp);
      if (asleep) this.#rise();
    }
  }

  readonly #turn = (): void => {
    epoch.now++;
    this.#immediate = undefined;
    this.#rise();
    this.#run();
  };

  readonly #wake = (): void => {
    epoch.now++;
    this.#rise();
    for (const driven of this.#driven) driven.woken();
    this.#run();
  };

  /** A turn, and what comes after it; what the turn calls may have scheduled the next one. */
  #run(): void {
    this.#giveTurns();
    if (this.#driven.size === 0 || this.#immediate !== undefined) return;
    let patience = Infinity;
    for (const driven of this.#driven) patience = Math.min(patience, driven.patience());
    const restless = patience === 0 && this.#keepsAlive();
    if (restless || !this.#sleep(patience)) this.#schedule();
  }

  #giveTurns(): number {
    let completions = 0;
    for (const driven of this.#driven) {
      completions += driven.turn();
      if (!driven.active()) this.#driven.delete(driven);
    }
    return completions;
  }

  #schedule(): void {
    if (this.#driven.size > 0) this.#immediate ??= setImmediate(this.#turn);
  }

  /** Arms the wake-up, then looks once more: a completion before the arming would not wake. */
  #sleep(milliseconds: number): boolean {
    this.#rest(milliseconds);
    const completions = this.#giveTurns();
    // What the turns called may have blocked the thread, and ended this sleep.
    const ended = !this.#asleep || this.#immediate !== undefined;
    if (completions > 0 || this.#driven.size === 0 || ended) {
      this.#rise();
      return false;
    }
    for (const driven of this.#driven) driven.slept();
    return true;
  }

  #rest(milliseconds: number): void {
    const keepAlive = this.#keepsAlive();
    clearTimeout(this.#timer);
    if (this.#wakeUp !== undefined) addon().sleep(this.#wakeUp, keepAlive);
    this.#asleep = true;
    if (milliseconds === Infinity) return;
    this.#timer = setTimeout(this.#wake, milliseconds);
    if (!keepAlive) this.#timer.unref();
  }

  /** No longer asleep. */
  #rise(): void {
    if (!this.#asleep) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#wakeUp !== undefined) addon().awake(this.#wakeUp);
    this.#asleep = false;
  }

  #keepsAlive(): boolean {
    for (const driven of this.#driven) if (driven.keepsAlive()) return true;
    return false;
  }
}
