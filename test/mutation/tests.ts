import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Those for the mutated folders. */
const folders = ['future', 'runtime', 'operations', 'conformance', 'border'];

/** They take much time, or all that counts happens in other processes. */
const left: readonly string[] = [
  'border/buffers',
  'border/children',
  'border/hostile',
  'border/secrets',
  'future/chain-length',
  'future/leaks',
  'future/looked-at',
  'future/random-trees',
  'runtime/fair-movers',
  'runtime/fake-timers',
  'runtime/keep-alive',
  'runtime/lost-wakes',
  'runtime/two-copies',
];

// Processes take much time, and what is reached in them is not known.
const mockLeftOut = (): Promise<never> => Promise.reject(new Error('left out'));
jest.mock('../support/child', () => ({
  childResult: mockLeftOut,
  runChild: mockLeftOut,
  runCommand: mockLeftOut,
}));

// Two engines and a tense go all the ways through an operation.
process.env['DATAMOVER_TEST_ENGINES'] = 'custom,loopback queue that faults';
process.env['DATAMOVER_TEST_TENSE'] = 'lazy';

/** Some of the folders, for a part of the mutations, in the order in which they are asked. */
const wanted = process.env['DATAMOVER_MUTATION_TESTS']?.split(',') ?? folders;

const tests = join(__dirname, '..');
const found = wanted
  .filter((folder) => folders.includes(folder))
  .flatMap((folder) => readdirSync(join(tests, folder)).map((name) => `${folder}/${name}`))
  .filter((name) => name.endsWith('.test.ts') && !left.includes(name.slice(0, -'.test.ts'.length)));

// What other tests leave behind would keep the loop from sleeping, of which these tell.
const first = 'runtime/stats.test.ts';
for (const name of [...found].sort((a, b) => Number(b === first) - Number(a === first))) {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  describe(name, () => void require(join(tests, name)));
}
