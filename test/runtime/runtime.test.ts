import { open, Runtime, syncMover, threadsMover } from '../../lib';
import { childResult, runChild } from '../support/child';

const { default: runtime } = Runtime;

test('one per agent', () => {
  expect(Runtime.default).toBe(runtime);
  expect(runtime.ref()).toBe(runtime);
});

test('pending counts jobs under way in all movers', async () => {
  const [one, other] = [threadsMover({ threads: 1 }), threadsMover({ threads: 1 })];
  expect(runtime.pending).toBe(0);
  const futures = [one, one, other].map((m) => m.fill(Buffer.alloc(8 << 20), 1));
  await null;
  await null;
  expect(runtime.pending).toBeGreaterThan(0);
  expect(runtime.pending).toBeLessThanOrEqual(3);
  await Promise.all(futures);
  expect(runtime.pending).toBe(0);
  await Promise.all([one.close(), other.close()]);
});

test('poll() settles what is complete, within its budget', async () => {
  const mover = threadsMover({ threads: 1 });
  const futures = Array.from({ length: 100 }, () => mover.nop());
  await null;
  await null;
  let settled = futures.filter((future) => future.done).length;
  const patience = Date.now() + 20_000;
  while (settled < 100 && Date.now() < patience) {
    const more = runtime.poll(7);
    expect(more).toBeLessThanOrEqual(7);
    settled += more;
  }
  expect(futures.every((future) => future.done)).toBe(true);
  expect(runtime.poll()).toBe(0);
  await mover.close();
});

test.each([
  ['threads', () => threadsMover({ threads: 1, ring: 64 })],
  ['automatic choice', () => open({ depth: 64 })],
])('timers and immediates keep their turn while jobs wait for a slot: %s', async (_name, make) => {
  const mover = await make();
  const target = Buffer.alloc(16_384);
  let immediates = 0;
  let running = true;
  const count = (): void => {
    immediates++;
    if (running) setImmediate(count);
  };
  setImmediate(count);
  await Promise.all(Array.from({ length: 10_000 }, () => mover.fill(target, 1)));
  running = false;
  expect(immediates).toBeGreaterThan(10);
  await mover.close();
});

test('a long job does not hold up the loop, and is noticed', async () => {
  const mover = threadsMover({ threads: 1 });
  const timer = { ticks: 0, handle: setInterval(() => timer.ticks++, 1) };
  const all = Array.from({ length: 4 }, () => mover.fill(Buffer.alloc(128 << 20), 1));
  await Promise.all(all);
  clearInterval(timer.handle);
  expect(timer.ticks).toBeGreaterThan(5);
  await mover.close();
});

test('a sleeping runtime is woken for each of many single jobs', async () => {
  const mover = threadsMover({ threads: 1 });
  for (let round = 0; round < 60; round++) {
    const target = Buffer.alloc(3 << 20);
    await mover.fill(target, round);
    expect(target.at(-1)).toBe(round);
  }
  await mover.close();
});

test('jobs keep the process alive to their end', async () => {
  const { code, stdout } = await runChild(`
    threadsMover({ threads: 1 }).fill(Buffer.alloc(64 << 20), 1).then(() => console.log('filled'));`);
  expect([code, stdout]).toEqual([0, 'filled\n']);
});

test('unless unref() was called: then it ends at once, and cleanly', async () => {
  const { code, signal, stdout } = await runChild(`
    Runtime.default.unref();
    const m = threadsMover({ threads: 1 });
    for (let n = 0; n < 8; n++) m.fill(Buffer.alloc(256 << 20), 1).then(() => console.log('filled'));
    process.on('exit', () => console.log('exit'));`);
  expect({ code, signal }).toEqual({ code: 0, signal: null });
  expect(stdout).toMatch(/^(filled\n){0,7}exit\n$/);
});

test('unref() and ref() again', async () => {
  const { code, stdout } = await runChild(`
    const m = threadsMover({ threads: 1 });
    m.fill(Buffer.alloc(64 << 20), 1).then(() => console.log('filled'));
    setTimeout(() => Runtime.default.unref().ref(), 1);`);
  expect([code, stdout]).toEqual([0, 'filled\n']);
});

test('an idle process with open movers ends by itself', async () => {
  const { code } = await runChild(`
    for (const m of [await open(), threadsMover({ threads: 2 }), syncMover()]) await m.nop();`);
  expect(code).toBe(0);
});

test('with nothing pending no CPU is used, nor while a single long job runs', async () => {
  const [idle, waiting] = await childResult<[number, number]>(`
    const m = threadsMover({ threads: 1 });
    await m.fill(Buffer.alloc(1 << 20), 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const loop = () => performance.eventLoopUtilization();
    let before = loop();
    const cpu = process.cpuUsage();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { user, system } = process.cpuUsage(cpu);
    const target = Buffer.alloc(256 << 20);
    before = loop();
    await m.fill(target, 1);
    const { utilization } = performance.eventLoopUtilization(loop(), before);
    console.log(JSON.stringify([(user + system) / 1000, utilization]));
    await m.close();`);
  expect(idle).toBeLessThan(100);
  expect(waiting).toBeLessThan(0.5);
});

test('the synchronous mover leaves the runtime nothing to do', async () => {
  const mover = syncMover();
  await mover.fill(Buffer.alloc(1000), 1);
  expect(runtime.pending).toBe(0);
  await mover.close();
});
