/** Mutation tests: which small mistakes in these folders the tests do not notice. */
export default {
  mutate: ['lib/{future,operations,runtime}/**/*.ts'],
  testRunner: 'jest',
  jest: { configFile: 'test/mutation/jest.config.mjs', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  // What messages say is not tested word by word.
  mutator: { excludedMutations: ['StringLiteral'] },
  incremental: true,
  incrementalFile: '.cache/stryker/incremental.json',
  tempDirName: '.cache/stryker/sandbox',
  reporters: ['clear-text', 'progress-append-only', 'json'],
  jsonReporter: { fileName: '.cache/stryker/report.json' },
  ignorePatterns: [
    '/.cache',
    '/bench',
    '/docs',
    '/examples',
    '/build/*',
    '!/build/Release',
    '/prebuilds',
    '/test/fuzz',
    '/test/native',
  ],
  concurrency: 1,
  timeoutMS: 3000,
};
