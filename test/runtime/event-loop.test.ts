import { EventLoop, type Driven } from '../../lib/runtime/event-loop';
import { sleep, turn } from './futures';
import { held } from './held';

/** Who is driven, and what befell him. */
class Script implements Driven {
  isActive = true;
  holding = true;
  wait = Infinity;
  turns = 0;
  asked = 0;
  sleeps = 0;
  wakes = 0;
  /** What each turn does, by its number; returns how many completions there were. */
  does: (turns: number) => number = () => 0;

  active = (): boolean => this.isActive;
  keepsAlive = (): boolean => this.isActive && this.holding;
  patience = (): number => (this.asked++, this.wait);
  turn = (): number => this.does(++this.turns);
  slept = (): void => {
    this.sleeps++;
  };
  woken = (): void => {
    this.wakes++;
  };
}

// One beside it that engines can wake has the same rules.
describe.each(['without engines', 'with engines'])('%s', (engines) => {
  let loop: EventLoop;
  let script: Script;

  beforeEach(() => {
    loop = new EventLoop();
    if (engines === 'with engines') expect(loop.wakeUp).toBe(loop.wakeUp);
    script = new Script();
  });
  // Nobody is left for the loop.
  afterEach(() => {
    script.isActive = false;
    loop.refresh();
  });

  /** Until it has nothing to do but to sleep. */
  const asleep = async (): Promise<void> => {
    for (let turns = 0; turns < 3; turns++) await turn();
    expect(script.sleeps).toBe(1);
  };

  const add = (): void => {
    loop.add(script);
  };
  /** Whom the script, which is added, adds in the turn of that number. */
  const comesIn = (which: number): Script => {
    const other = new Script();
    script.does = (turns) => {
      if (turns === which) loop.add(other);
      return 0;
    };
    loop.add(script);
    return other;
  };
  const refresh = (): void => {
    loop.refresh();
  };

  test('the impatient has a turn in each of the loop, and sleeps never', async () => {
    script.wait = 0;
    expect([held(add), held(add), script.turns]).toEqual([1, 0, 0]);
    for (let turns = 1; turns <= 5; turns++) {
      await turn();
      expect([script.turns, script.asked]).toEqual([turns, turns]);
    }
    expect([script.sleeps, script.wakes]).toEqual([0, 0]);
  });

  test('who can wait for ever is looked at twice, and holds no timer', async () => {
    loop.add(script);
    await asleep();
    expect([script.turns, script.asked]).toEqual([2, 1]);
    await sleep(10);
    expect([script.turns, script.wakes]).toEqual([2, 0]);
    script.isActive = false;
    expect(held(refresh)).toBe(0);
  });

  test('who can wait for a time is woken at its end', async () => {
    script.patience = () => (script.asked++ === 0 ? 5 : Infinity);
    loop.add(script);
    while (script.wakes === 0) await sleep(1);
    expect([script.turns, script.wakes, script.sleeps]).toEqual([4, 1, 2]);
  });

  test('the least patient of several says when', async () => {
    const other = new Script();
    other.patience = () => (other.asked++ === 0 ? 5 : Infinity);
    script.wait = 60_000;
    loop.add(script);
    loop.add(other);
    while (script.wakes === 0) await sleep(1);
    expect([script.turns, other.turns]).toEqual([4, 4]);
    other.isActive = false;
  });

  test('what the look before the sleep completes puts the sleep off', async () => {
    script.does = (turns) => (turns === 2 ? 1 : 0);
    script.wait = 60_000;
    loop.add(script);
    await turn();
    expect([script.turns, script.sleeps]).toEqual([2, 0]);
    await turn();
    expect([script.turns, script.sleeps]).toEqual([4, 1]);
  });

  test('and so does what it leaves nothing to do for', async () => {
    script.does = (turns) => ((script.isActive = turns < 2), 0);
    script.wait = 60_000;
    loop.add(script);
    await turn();
    expect([script.turns, script.sleeps, held(refresh)]).toEqual([2, 0, 0]);
    await turn();
    expect(script.turns).toBe(2);
  });

  test('and so does a thread that it blocks', async () => {
    script.does = (turns) => {
      if (turns === 2) loop.block(0, () => true);
      return 0;
    };
    loop.add(script);
    await turn();
    const slept = engines === 'without engines' ? 1 : 0;
    expect([script.turns, script.sleeps]).toEqual([2, slept]);
    await turn();
    expect([script.turns, script.sleeps]).toEqual(slept === 1 ? [2, 1] : [4, 1]);
  });

  test('and so does who comes in it', async () => {
    const other = comesIn(2);
    await turn();
    expect([script.sleeps, other.sleeps]).toEqual([0, 0]);
    await turn();
    expect([script.sleeps, other.sleeps]).toEqual([1, 1]);
    other.isActive = false;
  });

  test('who comes in a turn has his in the next one, and nobody is asked for patience before', async () => {
    const other = comesIn(1);
    await turn();
    expect([script.turns, script.asked, other.asked]).toEqual([1, 0, 0]);
    await turn();
    expect([script.turns, other.asked, script.sleeps]).toEqual([3, 1, 1]);
    other.isActive = false;
  });

  test('who is no longer active has no more turns', async () => {
    script.wait = 0;
    script.does = (turns) => ((script.isActive = turns < 2), 0);
    loop.add(script);
    for (let turns = 0; turns < 4; turns++) await turn();
    expect(script.turns).toBe(2);
  });

  describe('refresh()', () => {
    beforeEach(() => {
      script.wait = 60_000;
      loop.add(script);
    });

    test('who no longer keeps the process alive does not while the loop sleeps, and does again', async () => {
      await asleep();
      script.holding = false;
      expect([held(refresh), held(refresh)]).toEqual([-1, 0]);
      script.holding = true;
      expect([held(refresh), held(refresh)]).toEqual([1, 0]);
      expect([script.turns, script.wakes]).toEqual([2, 0]);
    });

    test('with nobody active the loop sleeps no longer', async () => {
      await asleep();
      script.isActive = false;
      expect([held(refresh), held(refresh)]).toEqual([-1, 0]);
    });

    test('the others sleep on, and who has left is not woken', async () => {
      const other = new Script();
      other.wait = 10;
      loop.add(other);
      // Both are told in turn that the loop sleeps; the end of it cannot come before.
      other.slept = () => {
        script.isActive = false;
        expect(held(refresh)).toBe(0);
      };
      while (other.wakes === 0) await sleep(1);
      expect([script.turns, script.wakes]).toEqual([2, 0]);
      other.isActive = false;
    });

    test('where nobody needs a timer there is none', async () => {
      script.wait = Infinity;
      await asleep();
      script.holding = false;
      expect(held(refresh)).toBe(0);
      script.holding = true;
      expect(held(refresh)).toBe(0);
    });

    test('awake it changes nothing', async () => {
      script.wait = 0;
      await turn();
      loop.refresh();
      await turn();
      expect([script.turns, script.wakes, script.sleeps]).toEqual([2, 0, 0]);
    });
  });

  describe('who does not keep the process alive', () => {
    beforeEach(() => (script.holding = false));

    test('has turns that do not either', async () => {
      script.wait = 0;
      expect(held(add)).toBe(0);
      while (script.turns < 8) await sleep(1);
      expect(script.sleeps).toBeGreaterThan(0);
    });

    test('nor does his sleep', async () => {
      script.wait = 60_000;
      loop.add(script);
      while (script.sleeps === 0) await sleep(1);
      script.isActive = false;
      expect(held(refresh)).toBe(0);
    });

    test('has his turns beside one who does', async () => {
      const other = new Script();
      other.wait = 0;
      loop.add(other);
      loop.add(script);
      await turn();
      expect([other.turns, script.turns]).toEqual([1, 1]);
      other.isActive = false;
    });
  });

  describe('block()', () => {
    test('takes its time', () => {
      const start = performance.now();
      loop.block(20, () => true);
      expect(performance.now() - start).toBeGreaterThanOrEqual(18);
    });

    test('but not where there is no need', () => {
      const start = performance.now();
      loop.block(1500, () => false);
      expect(performance.now() - start).toBeLessThan(1000);
    });
  });
});

describe('block() while it sleeps, where an engine may have completed what others wait for', () => {
  const hostile = (): never => {
    throw new Error('hostile');
  };

  test.each<[string, (loop: EventLoop) => void]>([
    [
      'brings them a turn',
      (loop) => {
        loop.block(0, () => true);
      },
    ],
    [
      'brings them a turn where it throws',
      (loop) => {
        expect(() => {
          loop.block(0, hostile);
        }).toThrow('hostile');
      },
    ],
  ])('%s', async (_what, block) => {
    const loop = new EventLoop();
    expect(loop.wakeUp).toBe(loop.wakeUp);
    const script = new Script();
    loop.add(script);
    for (let turns = 0; turns < 3; turns++) await turn();
    expect([script.turns, script.sleeps]).toEqual([2, 1]);
    const blocks = (): void => {
      block(loop);
    };
    expect(held(blocks)).toBe(1);
    await turn();
    expect([script.turns, script.sleeps, script.wakes]).toEqual([4, 2, 0]);
    script.isActive = false;
    loop.refresh();
  });
});
