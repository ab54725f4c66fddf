import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, findCompiler, readList, type Target } from '../../lib/cli/compile';
import { FakeCompiler } from './fake-compiler';

const environment = { ...process.env };
let compiler: FakeCompiler;

function use(made: FakeCompiler): Target {
  compiler = made;
  return {
    root: made.directory,
    sources: ['one.cc', 'two.cc', 'three.cc'],
    compileFlags: ['-O2'],
    linkFlags: ['-shared'],
    output: 'build/made/all.so',
  };
}

afterEach(() => {
  process.env = { ...environment };
  compiler.remove();
});

const objectDirectories = () =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('datamover-build-'));

test('every source is compiled once, then all are linked in their order', async () => {
  const target = use(new FakeCompiler());
  await compile([compiler.program, '-m64'], target);
  const { calls } = compiler;
  const compiled = calls.slice(0, -1);
  expect(compiled.map((call) => call.slice(0, 4)).sort()).toEqual(
    [...target.sources].sort().map((source) => ['-m64', '-O2', '-c', source]),
  );
  const objectOf = new Map(compiled.map((call) => [call[3], call.at(-1)]));
  const objects = target.sources.map((source) => objectOf.get(source));
  expect(calls.at(-1)!.slice(0, -2)).toEqual(['-m64', ...objects, '-shared']);
  const made = join(compiler.directory, target.output);
  expect(readFileSync(made, 'utf8')).toBe(calls.at(-1)!.join(' '));
  expect(readdirSync(join(compiler.directory, 'build/made'))).toEqual(['all.so']);
  expect(objects.some((object) => existsSync(object!))).toBe(false);
});

test('a source that does not compile: what failed is named, and nothing is left or replaced', async () => {
  const target = use(new FakeCompiler('one.cc'));
  mkdirSync(join(compiler.directory, 'build/made'), { recursive: true });
  writeFileSync(join(compiler.directory, target.output), 'before');
  const before = objectDirectories();
  await expect(compile([compiler.program], target)).rejects.toThrow(
    /^this failed: .*fake-c\+\+ -O2 -c one\.cc -o /,
  );
  expect(readFileSync(join(compiler.directory, target.output), 'utf8')).toBe('before');
  expect(objectDirectories().filter((name) => !before.includes(name))).toEqual([]);
  // What had begun is waited for; nothing begins afterwards.
  const { calls } = compiler;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(compiler.calls).toEqual(calls);
});

test('a compiler that cannot be started', async () => {
  const target = use(new FakeCompiler());
  await expect(compile([join(compiler.directory, 'none')], target)).rejects.toMatchObject({
    code: 'ENOENT',
  });
});

test('the compiler that CXX names, with its arguments, and no other', () => {
  use(new FakeCompiler());
  process.env['CXX'] = ` ${compiler.program}  -m64 `;
  expect(findCompiler()).toEqual([compiler.program, '-m64']);
  process.env['CXX'] = join(compiler.directory, 'none');
  expect(findCompiler()).toBeUndefined();
});

test('lists of sources have one name a line', () => {
  const { root: directory } = use(new FakeCompiler());
  mkdirSync(join(directory, 'native'));
  writeFileSync(join(directory, 'native/list.txt'), 'a.cc\n\nb.cc\n');
  expect(readList(directory, 'list.txt')).toEqual(['a.cc', 'b.cc']);
});
