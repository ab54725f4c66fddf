import type { QueueSetup } from '../../lib/devices/usable-queues';
import { WorkQueues } from '../../lib/movers/work-queues';

type Done = (id: number | undefined, step: string, errno?: number) => void;

/** Paths of the queues that were to be opened, and whether that succeeds. */
const opened: string[] = [];
const opens = new Map<string, boolean>();

jest.mock('../../lib/devices/usable-queues', () => ({ queueState: () => 'enabled' }));
jest.mock('../../lib/addon', () => ({
  addon: () => ({
    openQueue: (path: string, ...rest: unknown[]) => {
      opened.push(path);
      (rest.at(-1) as Done)(opens.get(path) === true ? opened.length : undefined, 'probe');
    },
    closeQueue: () => undefined,
    queueLost: () => true,
  }),
}));

let mockNow = 0;
jest.mock('../../lib/clock', () => ({ clock: () => mockNow }));

beforeEach(() => {
  mockNow = 0;
  opened.length = 0;
  opens.clear();
});

function setup(name: string, able: Partial<QueueSetup> = {}): QueueSetup {
  return {
    ...{ name, device: 'dsa0', path: name, dedicated: false, size: 16, maxTransfer: 2 ** 21 },
    ...{
      maxBatch: 32,
      priority: 0,
      numa: 0,
      blockOnFault: true,
      overlapping: true,
      readback: true,
    },
    ...{ operations: 0xffn, batchByWrite: true },
    ...able,
  };
}

/** The times at which a queue was tried again, by tenths of a second. */
function attempts(queues: WorkQueues, until: number): number[] {
  const times: number[] = [];
  for (; mockNow < until; mockNow += 100) {
    const before = opened.length;
    queues.restore(() => undefined);
    if (opened.length > before) times.push(mockNow);
  }
  return times;
}

test('a queue that stays broken is tried less and less often', async () => {
  opens.set('good', true);
  const queues = await WorkQueues.open([setup('good'), setup('bad')], 'auto');
  expect(queues.ids).toHaveLength(1);
  const times = attempts(queues, 200_000);
  expect(times.slice(0, 4)).toEqual([1000, 3000, 7000, 15_000]);
  expect(times.length).toBeLessThan(12);
});

test('a queue that fails soon after it came back is left alone for longer', async () => {
  opens.set('bad', true);
  const queues = await WorkQueues.open([setup('bad')], 'auto');
  const periods = [0, 0, 0, 70_000].map((served) => {
    mockNow += served;
    expect(queues.withdraw(false)).toEqual(['bad']);
    const since = mockNow;
    return attempts(queues, mockNow + 20_000)[0]! - since;
  });
  // It served for less than a minute, but for the last time.
  expect(periods).toEqual([1000, 2000, 4000, 1000]);
});

test.each([
  { operations: 0x0fn },
  { overlapping: false },
  { readback: false },
  { blockOnFault: false },
] satisfies Partial<QueueSetup>[])('one that can do less does not come later: %p', async (able) => {
  opens.set('good', true);
  const queues = await WorkQueues.open([setup('good'), setup('late', able)], 'auto');
  opens.set('late', true);
  expect(attempts(queues, 100_000)).toEqual([]);
  expect(queues.ids).toHaveLength(1);
});
