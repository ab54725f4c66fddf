import { moverFrom, open, syncMover, threadsMover } from '../../lib';
import { loopbackMover } from '../../lib/movers/loopback';
import { delegatingBackend } from '../conformance/delegating';

const bytes = (length: number): Buffer => Buffer.alloc(length);

test('each operation counts once, under the engine that was given it', async () => {
  const mover = await open({ path: 'software', threadsThreshold: 5000 });
  await mover.copy(bytes(100), bytes(100));
  await mover.move(bytes(50), bytes(50));
  await mover.copy(bytes(5000), bytes(5000));
  await Promise.all(Array.from({ length: 100 }, () => mover.fill(bytes(7), 1).promise()));
  await mover.equals(bytes(30), bytes(30));
  await mover.crc32c(bytes(0));
  const batch = await mover.batch((b) => {
    b.crc32c(bytes(11));
    b.fence();
    b.crc32c(bytes(9000));
  });
  expect(batch.ok).toBe(true);
  const ops = {
    copy: { inline: 2, threads: 1, hardware: 0, bytes: 5150 },
    fill: { inline: 100, threads: 0, hardware: 0, bytes: 700 },
    compare: { inline: 1, threads: 0, hardware: 0, bytes: 30 },
    crc32c: { inline: 1, threads: 1, hardware: 0, bytes: 9011 },
  };
  expect(mover.stats().ops).toEqual(ops);
  await mover.close();
  expect(mover.stats().ops).toEqual(ops);
});

test('by work queues: what they took, once, in pieces or not', async () => {
  const mover = loopbackMover({ path: 'hardware', maxTransfer: 4096, size: 2, faultEvery: 3 });
  const jobs = Array.from({ length: 50 }, () => mover.dif.check(bytes(520), {}).promise());
  await Promise.all([...jobs, mover.crc32c(bytes(20_000)).promise()]);
  expect(mover.stats().ops).toEqual({
    difCheck: { inline: 0, threads: 0, hardware: 50, bytes: 50 * 520 },
    crc32c: { inline: 0, threads: 0, hardware: 1, bytes: 20_000 },
  });
  await mover.close();
});

test('channels count with their mover, and movers do not count for each other', () => {
  const [mover, other] = [syncMover(), syncMover()];
  const [channel, region] = [mover.channel(), mover.register(bytes(64))];
  for (let i = 0; i < 10; i++) channel.fill(region, 0, 20, 1n);
  channel.submit();
  expect(mover.stats().ops).toEqual({ fill: { inline: 10, threads: 0, hardware: 0, bytes: 200 } });
  expect(other.stats().ops).toEqual({});
});

test('what never began does not count, and what was withdrawn does nothing', async () => {
  const mover = threadsMover({ threads: 1, ring: 1 });
  const first = mover.copy(bytes(9), bytes(9));
  expect(mover.futures.copy(bytes(9), bytes(9)).cancel()).toBe(true);
  const waiting = mover.copy(bytes(9), bytes(9));
  expect(waiting.cancel()).toBe(true);
  await first;
  expect(mover.stats().ops).toEqual({ copy: { inline: 0, threads: 1, hardware: 0, bytes: 9 } });
  await mover.close();
});

test('of an engine of your own nothing is known', async () => {
  const mover = moverFrom(delegatingBackend);
  await mover.copy(bytes(9), bytes(9));
  expect(mover.stats().ops).toEqual({});
});
