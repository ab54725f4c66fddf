export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '\\.ts$': 'ts-jest' },
  modulePathIgnorePatterns: ['<rootDir>/(build|dist|prebuilds|\\.cache)/'],
  testTimeout: 30_000,
  collectCoverageFrom: ['lib/**/*.ts'],
};
