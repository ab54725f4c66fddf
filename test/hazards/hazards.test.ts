import { join } from 'node:path';
import { movers } from '../conformance/movers';
import { hook, node, runCommand } from '../support/child';
import { describeWithModel, emulate } from '../support/device-model';

interface End {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Run = (command: readonly string[]) => Promise<End>;

/** Memory that is collected is free at once, for whoever takes it next. */
const flags = ['--expose-gc', '--single-threaded-gc', '--no-warnings'];
const TIMEOUT_MS = 100_000;

const command = (program: string, ...args: readonly string[]): string[] => [
  ...[node, ...flags, '-r', hook],
  ...[join(__dirname, program), ...args],
];

/** All hazards on one engine. @param beside - it is at work while the program goes on */
function declare(engine: string, beside: boolean, run: Run): void {
  test(
    'whatever becomes of the memory',
    async () => {
      const { code, stdout, stderr } = await run(command('main.ts', engine));
      // Where the process crashed, this is the name of the cell.
      const last = stdout.trim().split('\n').at(-1)!;
      expect({ code, stderr, last }).toEqual({
        code: 0,
        stderr: '',
        last: expect.stringMatching(/^\{/) as string,
      });
      const { wrong, bereft } = JSON.parse(last) as { wrong: string[]; bereft: number };
      expect(wrong).toEqual([]);
      if (beside) expect(bereft).toBeGreaterThan(50);
    },
    TIMEOUT_MS,
  );

  test.each([
    ['exit', 7],
    ['throw', 1],
  ])(
    'the process ends: %s',
    async (manner, code) => {
      const end = await run(command('ending.ts', engine, manner));
      expect({ code: end.code, stdout: end.stdout }).toEqual({ code, stdout: 'in mid-flight\n' });
      expect(end.stderr).not.toMatch(/FATAL|free\(\)|corrupted/);
    },
    TIMEOUT_MS,
  );
}

describe.each(movers.map(({ name }) => [name]))('%s', (name) => {
  declare(name, /thread pool|automatic/.test(name), (words) =>
    runCommand(words, { timeoutMs: TIMEOUT_MS }),
  );
});

describeWithModel('work queues, on the device model', () => {
  const model = ['--delay-ns', '500000', '--reorder', '4'];
  declare('work queues', true, (words) => emulate(model, words, { DATAMOVER_TEST_HARDWARE: '{}' }));
});
