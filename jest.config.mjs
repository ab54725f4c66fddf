export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '\\.ts$': 'ts-jest' },
  modulePathIgnorePatterns: ['<rootDir>/(build|dist|prebuilds|\\.cache)/'],
  testTimeout: 30_000,
  // Many tests wait for processes of their own; by itself jest leaves a CPU alone.
  maxWorkers: '100%',
  collectCoverageFrom: ['lib/**/*.ts'],
};
