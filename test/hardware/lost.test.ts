import { describeWithModel, Emulation } from '../support/device-model';

const queue = ['--queue', 'wq0.0:mode=shared,size=16,max-batch=4'];

type Way = 'futures' | 'channel';
const ways: Way[] = ['futures', 'channel'];

/** Lets the device fail by one command and come back by another; what the program printed meanwhile. */
async function broken(
  options: object,
  breaks: string,
  repairs: string,
  way: Way = 'futures',
): Promise<string[]> {
  const all = JSON.stringify({ timeoutMs: 200, ...options });
  const child = ['test/hardware/children/lost.cjs', all, way];
  const emulation = new Emulation(queue, [process.execPath, ...child]);
  await emulation.printed('--- broken');
  await emulation.control(breaks);
  emulation.say('broken');
  await emulation.printed('--- repaired');
  await emulation.control(repairs);
  emulation.say('repaired');
  const { code, stdout, stderr } = await emulation.outcome;
  expect([code, stderr.replace(/^.*(DATAMOVER_QUEUE|--trace-warnings).*\n/gm, '')]).toEqual([
    0,
    '',
  ]);
  return stdout.trim().split('\n');
}

describeWithModel('a queue that fails, and comes back', () => {
  test.each(['auto', 'hardware'] as const)('stops answering, path %s', async (path) => {
    const lines = await broken({ path }, 'set stuck 1', 'set stuck 0');
    // What the device had is lost; nobody knows whether it will still write.
    expect(lines[2]).toMatch(/^(DATAMOVER_QUEUE_LOST|\{"ERR_MOVER_DEVICE":\d+.*\})$/);
    expect(lines).toContain('DATAMOVER_QUEUE_LOST');
    expect(lines).toContain('DATAMOVER_QUEUE_BACK');
    expect(lines).not.toContainEqual(expect.stringContaining('WRONG'));
    expect(lines.slice(-2)).toEqual(['{"right":20}', '{"inFlight":0,"lost":true}']);
  });

  test.each(ways)('is disabled: software does the work of %s', async (way) => {
    const lines = await broken({ path: 'auto' }, 'disable wq0.0', 'enable wq0.0', way);
    expect(lines.filter((line) => !line.startsWith('DATAMOVER'))).toEqual([
      '{"right":20}',
      '--- broken',
      '{"right":20}',
      '--- repaired',
      '{"right":20}',
      '{"inFlight":0,"lost":false}',
    ]);
    expect(lines).toContain('DATAMOVER_QUEUE_BACK');
  });

  test.each(ways)('is disabled, and hardware was demanded: the work of %s fails', async (way) => {
    const lines = await broken({ path: 'hardware' }, 'disable wq0.0', 'enable wq0.0', way);
    expect(lines).toContain('{"ERR_MOVER_DEVICE":20}');
    expect(lines.slice(-2)).toEqual(['{"right":20}', '{"inFlight":0,"lost":false}']);
  });

  test('is disabled, and another takes all the work: that is found out', async () => {
    const two = ['wq0.0', 'wq0.1'].flatMap((name) => ['--queue', `${name}:mode=shared,size=16`]);
    const child = [process.execPath, 'test/hardware/children/passed.cjs'];
    const emulation = new Emulation(two, child);
    await emulation.printed('--- broken');
    await emulation.control('disable wq0.0');
    emulation.say('broken');
    const { code, stdout } = await emulation.outcome;
    const lines = stdout.trim().split('\n');
    expect([code, lines[0]]).toEqual([0, 'wq0.0,wq0.1']);
    expect(lines).toContain('{"serving":["wq0.1"],"failed":["wq0.0"],"right":true}');
    expect(lines).toContain('DATAMOVER_QUEUE_LOST');
  });

  test.each(ways)('never answers some of %s: these fail, the others do not', async (way) => {
    const lines = await broken({ path: 'hardware' }, 'set lose-every 3', 'set lose-every 0', way);
    expect(lines.join()).toMatch(/ERR_MOVER_DEVICE/);
    expect(lines.slice(-2)).toEqual(['{"right":20}', '{"inFlight":0,"lost":true}']);
  });

  test.each(['auto', 'hardware'] as const)('is killed, and replaced, path %s', async (path) => {
    const child = ['test/hardware/children/lost.cjs', JSON.stringify({ path, timeoutMs: 200 })];
    const first = new Emulation(queue, [process.execPath, ...child]);
    await first.printed('--- broken');
    first.child.kill('SIGKILL');
    first.say('broken');
    await first.printed('--- repaired');
    const idle = [process.execPath, '-e', 'setInterval(() => {}, 1e6)'];
    const second = new Emulation(queue, idle, {}, first.directory);
    await second.serving();
    first.say('repaired');
    const { stdout, stderr } = await first.outcome;
    second.child.kill();
    expect(stderr.replace(/^.*(DATAMOVER_QUEUE|--trace-warnings).*\n/gm, '')).toBe('');
    const lines = stdout.trim().split('\n');
    expect(lines).toContain('DATAMOVER_QUEUE_BACK');
    expect(stdout).not.toMatch('WRONG');
    expect(lines.slice(-2)[0]).toBe('{"right":20}');
    await second.outcome;
  });
});
