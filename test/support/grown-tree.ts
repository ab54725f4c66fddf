import {
  all,
  chain,
  chainOf,
  completed,
  failed,
  FutureState,
  loop,
  race,
  type Chain,
  type Entry,
  type Future,
  type Mover,
} from '../../lib';
import { endingOf, promiseOf, show, taskOf, type Of } from './tree-leaves';
import { given, places, timesAgain } from './trees';
import type { EntryTree, MoverName, Step, Tree } from './trees';

/** Something done to a node from outside, or from inside a step, when the clock stands at `at`. */
export interface Act {
  readonly at: number;
  /** Which of the nodes there are by then. */
  readonly node: number;
  readonly does: 'cancel' | 'poll' | 'has' | 'await';
}

/** A step of a chain, and how often its function ran. */
interface Ran {
  readonly link: Future<unknown>;
  readonly before: Future<unknown>;
  readonly step: Step;
  readonly at: string;
  readonly count: () => number;
  readonly chain: Begun;
  /** In the branch that goes on with the chain, not in one behind it. */
  readonly straight: boolean;
}

/** A chain under way: all of its branches. */
interface Begun {
  times: number;
  cut: boolean;
}

const wholes = ['chain', 'entries', 'all', 'loop'];
const ignore = (): undefined => undefined;

/** A tree in the making, with what happened to it; what broke a rule is noted, in words. */
export class GrownTree {
  readonly root: Future<unknown>;
  readonly broken: string[] = [];
  readonly cancelled: { at: string; reason: string }[] = [];
  readonly #movers: Readonly<Record<MoverName, Mover>>;
  readonly #acts: readonly Act[];
  readonly #nodes: { at: string; is: string; future: Future<unknown> }[] = [];
  readonly #ran: Ran[] = [];
  readonly #late: { future: Future<unknown>; at: string; reason: string }[] = [];
  readonly #tick = (): void => this.tick();
  #clock = 0;
  /** Calls of cancel(), whoever made them. */
  #cancels = 0;

  constructor(tree: Tree, movers: Readonly<Record<MoverName, Mover>>, acts: readonly Act[]) {
    this.#movers = movers;
    this.#acts = acts;
    this.root = this.#grow(tree, '');
  }

  /** Time passes with every poll, step and turn of the loop. */
  tick(): void {
    const now = this.#clock++;
    for (const act of this.#acts) if (act.at === now) this.#act(act);
  }

  /** What is to hold in the end. */
  check(): void {
    for (const { at, future, reason } of this.#late) {
      if (future.done && future.error?.message !== reason) {
        this.broken.push(`${at}: cancelled in vain for ${reason}, it ended ${endingOf(future)}`);
      }
    }
    for (const ran of this.#ran) this.#checkCount(ran);
  }

  #checkCount({ link, before, step, at, count, chain, straight }: Ran): void {
    const good = before.done && before.error === undefined;
    const wanted = step.on === 'lastly' || good === (step.on !== 'recover');
    const times = count();
    if (times > 1) this.broken.push(`${at}: ran ${times} times`);
    if (link.done && !chain.cut && times !== (wanted ? 1 : 0)) {
      this.broken.push(`${at}: ${step.on} ran ${times} times behind ${endingOf(before)}`);
    }
    const begun = straight && chain.times > 0;
    if (link.done && step.on === 'lastly' && begun && times !== 1) {
      this.broken.push(`${at}: lastly ran ${times} times`);
    }
  }

  #act({ node, does }: Act): void {
    if (this.#nodes.length === 0) return;
    const { at, is, future } = this.#nodes[node % this.#nodes.length]!;
    if (does === 'poll') future.poll();
    else if (does === 'has') future.has('async');
    else if (does === 'await') future.then(ignore, ignore);
    else this.#cancel(at, is, future);
  }

  #cancel(at: string, is: string, future: Future<unknown>): void {
    const { done } = future;
    const before = done ? endingOf(future) : '';
    const reason = `cut${this.cancelled.length}`;
    // Of several reasons any will do: races and entries cancel, too.
    const only = this.#cancels === 0;
    if (!done) this.cancelled.push({ at, reason });
    const stopped = future.cancel(new Error(reason));
    if (done && (stopped || endingOf(future) !== before)) {
      this.broken.push(`${at}: ended ${before}, cancel() made ${endingOf(future)}`);
    } else if (stopped && (only ? future.error?.message !== reason : !future.error)) {
      this.broken.push(`${at}: cancel() was true and it has not failed for ${reason}`);
    } else if (!done && !stopped && only && wholes.includes(is)) {
      this.#late.push({ at, future, reason });
    }
  }

  #grow(tree: Tree, at: string): Future<unknown> {
    return this.#known(this.#make(tree, at), tree.is, at);
  }

  #known<F extends Future<unknown>>(future: F, is: string, at: string): F {
    onCancel(future, () => this.#cancels++);
    this.#nodes.push({ at, is, future });
    return future;
  }

  #make(tree: Tree, at: string): Future<unknown> {
    switch (tree.is) {
      case 'value':
        return completed(at);
      case 'error':
        return failed(new Error(at));
      case 'bad job':
        return this.#movers.open.futures.copy(Buffer.alloc(1), null as never);
      case 'job': {
        const mover = this.#movers[tree.mover];
        return (tree.eager ? mover : mover.futures).crc32c(Buffer.alloc(tree.bytes, 1));
      }
      case 'task':
        return taskOf(tree, at, this.#tick);
      case 'promise':
        return promiseOf(tree, at, this.#tick);
      case 'all':
        return all(this.#parts(tree.parts, at));
      case 'race':
        return race(this.#parts(tree.parts, at));
      case 'chain':
        return this.#chain(tree, at);
      case 'entries':
        return this.#entries(tree.entries, at);
      case 'loop': {
        let turns = 0;
        const body = (turn: number): Future<unknown> => {
          if (turn !== turns++) this.broken.push(`${at}: turn ${turn} is number ${turns - 1}`);
          return this.#grow(tree.body, places.part(at, 0));
        };
        return loop(body, () => turns >= tree.turns);
      }
    }
  }

  #parts(parts: readonly Tree[], at: string): Future<unknown>[] {
    return parts.map((part, index) => this.#grow(part, places.part(at, index)));
  }

  #chain({ lazy, first, join, branches }: Of<'chain'>, at: string): Future<unknown> {
    const state: Begun = { times: 0, cut: false };
    const begin = (): Future<unknown> => {
      if (++state.times > 1) this.broken.push(`${at}: begun ${state.times} times`);
      this.tick();
      return this.#grow(first, places.part(at, 0));
    };
    const stem = lazy ? chain(begin) : chain(this.#grow(first, places.part(at, 0)));
    const cut = (): void => void (state.cut = true);
    onCancel(this.#known(stem, 'chain', at), cut);
    const ends = branches.map((steps, branch) =>
      steps.reduce<Chain<unknown>>((before, step, index) => {
        const link = this.#step(before, step, places.link(at, branch, index), state, branch === 0);
        onCancel(link, cut);
        return link;
      }, stem),
    );
    if (ends.length === 1) return ends[0]!;
    return join === 'all' ? all(ends) : race(ends);
  }

  #step(
    before: Chain<unknown>,
    step: Step,
    at: string,
    chain: Begun,
    straight: boolean,
  ): Chain<unknown> {
    let count = 0;
    const run = (): void => {
      count++;
      this.tick();
      if (!before.done) this.broken.push(`${at}: ran before its predecessor was complete`);
    };
    const link = this.#append(before, step, at, run);
    this.#ran.push({ link, before, step, at, count: () => count, chain, straight });
    return this.#known(link, 'chain', at);
  }

  #append(before: Chain<unknown>, step: Step, at: string, run: () => void): Chain<unknown> {
    if (!('gives' in step)) {
      const fn = (): void => {
        run();
        if (step.throws) throw new Error(at);
      };
      return step.on === 'tap' ? before.tap(fn) : before.lastly(fn);
    }
    const give = (value: unknown): unknown => {
      run();
      const { gives } = step;
      const text = value instanceof Error ? value.message : show(value);
      if (endingOf(before).slice(1) !== text) this.broken.push(`${at}: was given ${text}`);
      if (gives === 'throw') throw new Error(at);
      if (gives === 'value') return given(text, at);
      if (gives === 'promise') return Promise.resolve(given(text, at));
      if (gives === 'rejection') return Promise.reject(new Error(at));
      return this.#grow(gives, places.given(at));
    };
    return step.on === 'next' ? before.next(give) : before.recover(give);
  }

  #entries(entries: readonly EntryTree[], at: string): Future<unknown> {
    const state: { seen: unknown[] } = { seen: [] };
    /** Entries whose init was called, and maps that ran to their end. */
    const opened = new Set<number>();
    let mapped = 0;
    return chainOf(
      state,
      entries.map((entry, index): Entry<typeof state> => {
        const place = places.part(at, index);
        let left = timesAgain(entry);
        const before =
          1 + entries.slice(0, Math.max(0, index - 1)).findLastIndex(({ map }) => map !== 'none');
        const init = (): Future<unknown> => {
          this.tick();
          if (mapped < before) this.broken.push(`${place}: init came too early`);
          opened.add(index);
          return this.#grow(entry.tree, place);
        };
        const map: Entry<typeof state>['map'] = (output, next) => {
          this.tick();
          if (mapped > index) this.broken.push(`${place}: mapped again`);
          if (entries[index + 1]?.from === 'init' && !opened.has(index + 1)) {
            this.broken.push(`${place}: mapped before the init of the next`);
          }
          if (entry.map === 'throw') throw new Error(place);
          state.seen.push(output ?? 'none');
          if (entry.map === 'skip' && next !== null) next.state = FutureState.Complete;
          if (left-- > 0) return 'again';
          mapped = index + 1;
          return undefined;
        };
        const source =
          entry.from === 'nothing'
            ? {}
            : entry.from === 'init'
              ? { init }
              : { future: this.#grow(entry.tree, place) };
        return entry.map === 'none' ? source : { ...source, map };
      }) as [],
    );
  }
}

/** Whoever cancels it: perhaps a race that it lost, or entries that do not come to it. */
function onCancel(future: Future<unknown>, listener: () => void): void {
  const { cancel } = future;
  future.cancel = (reason) => {
    if (!future.done) listener();
    return cancel.call(future, reason);
  };
}
