import { threadsMover } from '../../lib';
import { Entry } from '../../lib/movers/channel-entry';
import { JobQueue } from '../../lib/movers/job-queue';

// A time limit may strike where jobs begin together, behind one that has taken its slot; what would end that
// is not run then.
test('a job whose beginning was cut off gives its slot back once, whatever was to begin with it', async () => {
  const schedule = jest.spyOn(JobQueue.prototype, 'schedule');
  const mover = threadsMover({ threads: 1 });
  // A record that says Success is left in its slot.
  await mover.nop();
  const queue = schedule.mock.contexts[0] as JobQueue;
  schedule.mockRestore();
  const nothing = (): undefined => undefined;
  queue.together(() => {
    queue.acquire(new Entry(0, queue, 0, nothing, nothing));
    queue.turn(1);
  });
  queue.submit();
  expect([queue.table.active, queue.pending]).toEqual([0, 0]);
  await mover.close();
});
