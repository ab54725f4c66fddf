import { fileURLToPath } from 'node:url';

/** All tests of the mutated folders as one file: loading what they import takes longer than they. */
export default {
  rootDir: '../..',
  roots: ['<rootDir>/lib', '<rootDir>/test'],
  testMatch: ['<rootDir>/test/mutation/tests.ts'],
  testEnvironment: fileURLToPath(new URL('environment.cjs', import.meta.url)),
  transform: { '\\.ts$': 'ts-jest' },
  testTimeout: 30_000,
};
