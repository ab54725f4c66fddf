import { join } from 'node:path';
import { findCompiler } from '../../lib/cli/compile';
import { expectSuccess, installPacked, type Packed } from './packed';

let packed: Packed;

beforeAll(() => {
  packed = installPacked('--without-prebuilt');
}, 120_000);

afterAll(() => {
  packed.remove();
});

const evaluate = (code: string) => packed.run(process.execPath, ['--eval', code]);

test('require and import succeed without a binary', () => {
  expect(evaluate(`require('datamover')`)).toEqual({ status: 0, output: '' });
  expect(evaluate(`import('datamover')`)).toEqual({ status: 0, output: '' });
});

test('the first use names the command that helps', () => {
  const { output } = evaluate(
    `require('datamover').mover.copy(Buffer.alloc(8), Buffer.alloc(8))
      .then(console.log, (error) => console.log(error.code, error.message))`,
  );
  expect(output).toMatch(/^ERR_MOVER_UNSUPPORTED .*: npx datamover build\n$/);
});

test('futures that need no engine need no binary', () => {
  const { output } = evaluate(
    `const { chain, future, FutureState } = require('datamover');
    const count = future({ n: 0 }, ({ data, resolve }) =>
      ++data.n < 3000 ? FutureState.Running : resolve(data.n));
    chain(count).next((n) => n + 1).then(console.log);`,
  );
  expect(output).toBe('3001\n');
});

test('the command says what is missing when there is no compiler', () => {
  const main = join(packed.project, 'node_modules/datamover/dist/cli/main.js');
  const { status, output } = packed.run(process.execPath, [main, 'build'], { PATH: '', CXX: '' });
  expect(status).toBe(1);
  expect(output).toMatch(/no C\+\+ compiler found/);
});

const testWithCompiler = findCompiler() ? test : test.skip;

testWithCompiler(
  'the command compiles the addon, and the package works (needs a C++ compiler)',
  () => {
    expectSuccess(packed.run(join(packed.project, 'node_modules/.bin/datamover'), ['build']));
    expectSuccess(packed.run(process.execPath, [join(__dirname, 'smoke.cjs')]));
  },
  300_000,
);
