import { run } from './run';

test.each([
  ['exit', 3, 'exit 3\n', ''],
  ['lazy', 0, 'exit 0\n', ''],
  ['polled', 0, 'exit 0\n', ''],
  ['ref', 0, 'done\nexit 0\n', ''],
  ['unref', 0, 'exit 0\n', ''],
  ['unref later', 0, 'exit 0\n', ''],
  ['unref, then ref', 0, 'done\nexit 0\n', ''],
])('the main thread ends with jobs under way: %s', async (manner, code, stdout, stderr) => {
  for (let repetition = 0; repetition < 2; repetition++) {
    expect(await run('exit', [manner])).toEqual({ code, signal: null, stdout, stderr });
  }
});

test.each(['throw', 'reject'])('an uncaught exception ends it as ever: %s', async (manner) => {
  const { code, signal, stdout, stderr } = await run('exit', [manner]);
  expect({ code, signal, stdout }).toEqual({ code: 1, signal: null, stdout: 'exit 1\n' });
  expect(stderr).toMatch(/^Error: (thrown|rejected) in mid-flight\n {4}at /m);
  expect(stderr).not.toContain('FATAL');
});

test.each([[[]], [['in a worker']]])(
  'memory of a pool outlives the work on it %j',
  async (args) => {
    for (let repetition = 0; repetition < 2; repetition++) {
      const end = await run('pool-memory', args);
      expect(end).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
    }
  },
);

describe('handlers of the end begin, wait for and close what they like', () => {
  const times = ['later', 'earlier', 'by the handler'];
  test.each(['begin', 'wait', 'close'].flatMap((act) => times.map((time) => [act, time])))(
    '%s; the library is loaded %s',
    async (act, time) => {
      const end = await run('handlers', [act, time]);
      expect(end).toEqual({ code: 5, signal: null, stdout: '', stderr: '' });
    },
  );

  test('in workers', async () => {
    const end = await run('handlers', ['workers']);
    expect(end).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  });
});
