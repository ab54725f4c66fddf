import { doctor } from '../../lib/cli/doctor';
import { looking, Tree } from '../devices/tree';

/** What the command prints, looking at a tree, and its exit code. */
async function printed(tree: Tree, json: boolean): Promise<{ code: number; text: string }> {
  const log = jest.spyOn(console, 'log').mockImplementation();
  try {
    const code = await looking(tree, () => doctor(json));
    return { code, text: log.mock.calls.map((words) => words.join(' ')).join('\n') };
  } finally {
    log.mockRestore();
  }
}

const isTty = process.stdout.isTTY;

afterEach(() => {
  process.stdout.isTTY = isTty;
});

test('marks have colours on a terminal alone', async () => {
  process.stdout.isTTY = true;
  const broken = { device: { state: 'disabled' } };
  const { code, text } = await printed(new Tree(broken), false);
  expect(code).toBe(2);
  expect(text).toContain('\x1b[32mok  \x1b[39m  Node.js');
  expect(text).toContain('\x1b[31mFAIL\x1b[39m  dsa0 is disabled: it takes no work');
  process.stdout.isTTY = false;
  const plain = await printed(new Tree(broken), false);
  expect(plain.text).toContain('FAIL  dsa0 is disabled');
  expect(plain.text).not.toContain('\x1b');
});

test('a file where a device file should be: the self-test says so, and what to leave out', async () => {
  const { code, text } = await printed(new Tree(), true);
  expect(code).toBe(2);
  const { usable, findings } = JSON.parse(text) as Awaited<
    ReturnType<typeof import('../../lib').diagnose>
  >;
  expect(usable).toBe(false);
  expect(findings).toContainEqual({
    level: 'error',
    what: 'self-test on wq0.0 failed',
    meaning: expect.stringMatching(/wq0\.0 is an ordinary file, and no device$/) as unknown,
    remedy: 'leave wq0.0 out: open({ queues: [the others] })',
  });
});
