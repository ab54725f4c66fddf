import { Sources, type Source } from '../../lib/runtime/sources';

/** Jobs that are done when they are looked at, so many in a turn as it is told. */
class Jobs implements Source {
  pending = 1;
  idle = false;
  done = 0;
  readonly budgets: number[] = [];

  turn(budget: number): number {
    this.budgets.push(budget);
    return Math.min(this.done, budget);
  }
}

function spend(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

let sources: Sources;
let jobs: Jobs;
beforeEach(() => {
  sources = new Sources();
  jobs = new Jobs();
  sources.add(jobs);
});

describe('turns', () => {
  test('go to all, until as many jobs as the budget have completed; the others come first then', () => {
    const others = [new Jobs(), new Jobs()];
    for (const other of others) sources.add(other);
    jobs.done = 2;
    others[0]!.done = 3;
    expect([sources.turn(4), sources.size, sources.pending]).toEqual([4, 3, 3]);
    expect([jobs, ...others].map(({ budgets }) => budgets)).toEqual([[4], [2], []]);
    expect(sources.turn(4)).toBe(4);
    expect([jobs, ...others].map(({ budgets }) => budgets)).toEqual([[4, 4], [2, 2], [4]]);
  });

  test('who is idle has no more of them', () => {
    jobs.idle = true;
    expect([sources.turn(1), sources.size, sources.pending, sources.turn(1)]).toEqual([0, 0, 0, 0]);
    expect(jobs.budgets).toEqual([1]);
    sources.add(jobs);
    sources.began(jobs);
    expect(sources.size).toBe(0);
  });
});

describe('lively', () => {
  /** Whether it ever is just after `act`: the thread may be kept from looking in time. */
  const everLively = (act: () => void): boolean => {
    for (let tries = 0; tries < 200; tries++) {
      act();
      if (sources.lively()) return true;
    }
    return false;
  };
  const begin = (): void => {
    sources.began(jobs);
  };
  const complete = (): void => {
    jobs.done = 1;
    sources.turn(Infinity);
  };

  test('as soon as jobs began or completed, and not for long', () => {
    expect(everLively(begin)).toBe(true);
    spend(1);
    expect(sources.lively()).toBe(false);
    begin();
    expect(everLively(complete)).toBe(true);
    spend(1);
    expect(sources.lively()).toBe(false);
  });

  test('not by a look at which nothing has completed', () => {
    begin();
    spend(1);
    const look = (): void => void sources.turn(Infinity);
    expect(everLively(look)).toBe(false);
  });

  /** A job that was polled for, then slept for, and took so long. */
  const wait = (milliseconds: number): void => {
    begin();
    if (!sources.lively()) sources.slept();
    spend(milliseconds);
    if (!sources.lively()) sources.slept();
    complete();
  };

  /** What is known after a few jobs that take long. */
  const waits = (): void => {
    for (let job = 0; job < 10; job++) wait(1);
  };

  test('not where jobs take long, until they are short again', () => {
    waits();
    begin();
    expect(sources.lively()).toBe(false);
    // Who sleeps at once does not learn what jobs take: now and then it polls.
    const lively = Array.from({ length: 100 }, () => {
      begin();
      const polled = sources.lively();
      if (!polled) sources.slept();
      complete();
      return polled;
    });
    expect(lively[0]).toBe(false);
    expect(lively.slice(-10)).toContain(true);
  });

  test('polling in vain, no more often than once in 17 waits', () => {
    waits();
    const polls = Array.from({ length: 170 }, () => {
      begin();
      const polled = sources.lively();
      if (polled) spend(0.2);
      sources.slept();
      complete();
      return polled;
    });
    expect(polls.filter(Boolean).length).toBeLessThanOrEqual(10);
  });

  test('where much is left to do, polling in time, no more often than that either', () => {
    wait(0.1);
    jobs.pending = 1e6;
    const polls = Array.from({ length: 170 }, () => {
      begin();
      const polled = sources.lively();
      if (!polled) sources.slept();
      complete();
      return polled;
    });
    expect(polls.filter(Boolean).length).toBeLessThanOrEqual(10);
  });

  test('no matter how long the program looked at nothing', () => {
    for (let job = 0; job < 10; job++) {
      begin();
      spend(1);
      complete();
    }
    expect(everLively(begin)).toBe(true);
  });

  test('one job that took long says little', () => {
    wait(20);
    expect(everLively(begin)).toBe(true);
  });

  test('where many complete side by side each takes its part of the time', () => {
    wait(0);
    begin();
    expect(everLively(begin)).toBe(true);
    spend(2);
    jobs.done = 1000;
    sources.turn(Infinity);
    expect(everLively(begin)).toBe(true);
  });

  test('not where much is left to do', () => {
    wait(0.1);
    jobs.pending = 1e6;
    expect(everLively(begin)).toBe(false);
    jobs.pending = 1;
    expect(everLively(complete)).toBe(true);
  });

  test('not where nobody has jobs', () => {
    jobs.idle = true;
    expect(everLively(begin)).toBe(false);
  });
});
