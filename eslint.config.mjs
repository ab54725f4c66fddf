import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['build/', 'dist/', 'prebuilds/', 'coverage/', '.cache/'] },
  js.configs.recommended,
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'AbortController',
          'AbortSignal',
          'Atomics',
          'Buffer',
          'SharedArrayBuffer',
          'URL',
          '__dirname',
          'clearInterval',
          'clearTimeout',
          'console',
          'module',
          'performance',
          'process',
          'require',
          'setImmediate',
          'setInterval',
          'setTimeout',
          'structuredClone',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['lib/**/*.{ts,mts}', 'test/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Enumerations name what stands in memory: numbers. Operands of several operations share a place.
      '@typescript-eslint/no-duplicate-enum-values': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      '@typescript-eslint/prefer-literal-enum-member': ['error', { allowBitwiseExpressions: true }],
      // Indices are checked where arguments come in, once; what lies behind trusts them.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['lib/**'],
    ignores: ['lib/finalization.ts'],
    rules: { 'no-restricted-globals': ['error', 'FinalizationRegistry'] },
  },
  {
    // Those of lib/clock.ts: a program's tests may put others in the place of these.
    files: ['lib/**'],
    ignores: ['lib/clock.ts', 'lib/finalization.ts', 'lib/cli/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        'FinalizationRegistry',
        ...['clearTimeout', 'performance', 'queueMicrotask', 'setImmediate', 'setTimeout'],
      ],
      'no-restricted-imports': ['error', 'node:perf_hooks', 'node:timers'],
    },
  },
  {
    // Tests hand over wrong types on purpose and look behind the types.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/await-thenable': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'off',
    },
  },
);
