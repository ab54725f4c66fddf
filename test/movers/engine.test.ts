import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { moverFrom, open, syncMover, threadsMover, type EngineName } from '../../lib';
import { addon } from '../../lib/addon';
import { Recording } from '../support/recording';

type Options = { engine?: EngineName };

const makers: readonly [string, (options: Options) => unknown][] = [
  ['open', open],
  ['syncMover', async (options) => Promise.resolve(options).then(syncMover)],
  ['threadsMover', async (options) => Promise.resolve(options).then(threadsMover)],
];

describe.each(makers)('%s', (_name, make) => {
  test.each(['gpu', '', 'Intel-DML', 'toString'])('there is no engine %j', async (engine) => {
    await expect(make({ engine: engine as EngineName })).rejects.toMatchObject({
      name: 'MoverError',
      code: 'ERR_MOVER_UNSUPPORTED',
      message: expect.stringContaining('there are: datamover, intel-dml') as unknown,
    });
  });

  test.each([null, 1, {}, ['datamover']])('%j is no name', async (engine) => {
    await expect(make({ engine: engine as never })).rejects.toMatchObject({
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_TYPE',
    });
  });
});

test('the engine of this package is the default', async () => {
  delete process.env['DATAMOVER_ENGINE'];
  for (const each of [await open(), syncMover(), threadsMover({ threads: 1 })]) {
    expect(each.name).not.toMatch('datamover');
    expect(each.stats().software).toEqual({ engine: 'datamover', byIntelDml: 0 });
    await each.nop();
    expect(each.stats().software).toEqual({ engine: 'datamover', byIntelDml: 0 });
    await each.close();
  }
});

test('an engine of your own is no software engine of ours', () => {
  expect(moverFrom(new Recording()).stats().software).toBeUndefined();
});

const { intelDml } = addon();

if (intelDml === undefined) {
  test('Intel DML is refused where it is not built in, saying how it would be', async () => {
    const refusal = {
      code: 'ERR_MOVER_UNSUPPORTED',
      message: expect.stringMatching(
        /not in this build.*DML_ROOT=.* npx datamover build/,
      ) as unknown,
    };
    await expect(open({ engine: 'intel-dml' })).rejects.toMatchObject(refusal);
    expect(() => syncMover({ engine: 'intel-dml' })).toThrow(expect.objectContaining(refusal));
  });
} else {
  test.each<[string, (o: Options) => ReturnType<typeof open>]>([
    ['software (2 threads, intel-dml)', (o) => open({ ...o, path: 'software', threads: 2 })],
    ['synchronous (intel-dml)', (o) => Promise.resolve(syncMover(o))],
    ['threads (1 thread, intel-dml)', (o) => Promise.resolve(threadsMover({ ...o, threads: 1 }))],
  ])('Intel DML is named and counted: %s', async (name, make) => {
    const dml = await make({ engine: 'intel-dml' });
    expect(dml.name).toBe(name);
    await dml.copy(Buffer.alloc(2 ** 22), Buffer.alloc(2 ** 22));
    await dml.crc32c(Buffer.alloc(10));
    await dml.close();
    const { engine, byIntelDml } = dml.stats().software!;
    expect(engine).toBe('intel-dml');
    // A large operation may be done in parts, on several threads.
    expect(byIntelDml).toBeGreaterThanOrEqual(2);
  });

  test('a version', () => {
    expect(intelDml).toMatch(/^\d+\.\d+/);
  });
}

const root = resolve(__dirname, '../..');

/** What a program prints in whose environment the engine is named. */
function withEngine(DATAMOVER_ENGINE: string, code: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', code], {
    cwd: root,
    env: { ...process.env, DATAMOVER_ENGINE },
    encoding: 'utf8',
  });
  return stdout + stderr;
}

const show = (made: string): string =>
  `const datamover = require('./dist');
   (async () => {
     const mover = await ${made};
     const failed = await mover.nop().then(() => 'no error', (error) => error.code);
     console.log([mover.stats().software.engine, failed].join());
     await mover.close();
   })().catch((error) => console.log(error.code));`;

test.each([
  ['', 'datamover.mover', 'datamover,no error'],
  ['datamover', 'datamover.syncMover()', 'datamover,no error'],
  // A program that never uses the default mover is not disturbed by it.
  ['gpu', 'datamover.mover', 'gpu,ERR_MOVER_UNSUPPORTED'],
  ['gpu', 'datamover.open()', 'ERR_MOVER_UNSUPPORTED'],
  ['gpu', 'datamover.threadsMover()', 'ERR_MOVER_UNSUPPORTED'],
  ['gpu', "datamover.syncMover({ engine: 'datamover' })", 'datamover,no error'],
])('DATAMOVER_ENGINE=%s: %s', (engine, made, printed) => {
  expect(withEngine(engine, show(made))).toBe(`${printed}\n`);
});
