import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { build } from '../../lib/cli/build';
import { readList } from '../../lib/cli/compile';
import { buildDeviceModel, noDeviceModel } from '../../lib/cli/device-model';
import { emulate } from '../../lib/cli/emulate';
import { on } from '../support/platform';
import { FakeCompiler } from './fake-compiler';

const root = resolve(__dirname, '../..');
const environment = { ...process.env };
let compiler: FakeCompiler;
let output: string;

beforeEach(() => {
  compiler = new FakeCompiler();
  output = join(compiler.directory, 'made.node');
  process.env['CXX'] = compiler.program;
  delete process.env['DML_ROOT'];
  jest.spyOn(console, 'log').mockImplementation();
});

afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...environment };
  compiler.remove();
});

const buildIt = () => build(relative(root, output));

test('the addon is made of the listed sources', async () => {
  await on('linux', 'x64', buildIt);
  expect(existsSync(output)).toBe(true);
  const sources = ['sources.txt', 'addon_sources.txt'].flatMap((name) => readList(root, name));
  expect(compiler.calls).toHaveLength(sources.length + 1);
  expect(compiler.calls.at(-1)).toContain('-shared');
  const compiled = compiler.calls.slice(0, -1).map((call) => call[call.indexOf('-c') + 1]);
  expect(compiled.sort()).toEqual([...sources].sort());
});

test('on macOS it is a bundle, and without Intel DML', async () => {
  process.env['DML_ROOT'] = '/none';
  await on('darwin', 'arm64', buildIt);
  expect(compiler.calls.at(-1)).toEqual(
    expect.arrayContaining(['-bundle', '-undefined', 'dynamic_lookup']),
  );
});

test('with Intel DML where DML_ROOT names one', async () => {
  const dml = join(compiler.directory, 'dml');
  mkdirSync(join(dml, 'include/dml'), { recursive: true });
  writeFileSync(join(dml, 'include/dml/dml.h'), '');
  process.env['DML_ROOT'] = dml;
  await on('linux', 'x64', buildIt);
  const [first, last] = [compiler.calls[0], compiler.calls.at(-1)];
  expect(first).toEqual(
    expect.arrayContaining(['-DDATAMOVER_INTEL_DML', '-isystem', join(dml, 'include')]),
  );
  expect(last).toContain(`-L${join(dml, 'lib')}`);
  const sources = compiler.calls.map((call) => call[call.indexOf('-c') + 1]);
  expect(sources).toEqual(expect.arrayContaining(readList(root, 'intel_dml/sources.txt')));
});

test('a DML_ROOT without Intel DML is refused before anything is compiled', async () => {
  const { directory } = compiler;
  process.env['DML_ROOT'] = directory;
  await expect(on('linux', 'x64', buildIt)).rejects.toThrow(
    `DML_ROOT is '${directory}', but there is no ${directory}/include/dml/dml.h`,
  );
  expect(compiler.calls).toEqual([]);
});

test('a CXX that is no compiler is named', async () => {
  process.env['CXX'] = '/none/c++';
  await expect(buildIt()).rejects.toThrow("CXX is '/none/c++', which is no working C++ compiler");
  await expect(on('linux', 'x64', buildDeviceModel)).rejects.toThrow('no C++ compiler found');
});

test('on Windows it is built by other means', async () => {
  await expect(on('win32', 'x64', buildIt)).rejects.toThrow('npx node-gyp rebuild');
  expect(compiler.calls).toEqual([]);
});

test('there is a device model on Linux on x86-64 only', async () => {
  expect(await on('linux', 'x64', noDeviceModel)).toBeUndefined();
  expect(await on('linux', 'arm64', noDeviceModel)).toMatch('this is linux-arm64');
  const refusal = 'the device model needs Linux on x86-64, and this is darwin-arm64';
  await expect(on('darwin', 'arm64', buildDeviceModel)).rejects.toThrow(refusal);
  await expect(on('darwin', 'arm64', () => emulate(['--', 'true']))).rejects.toThrow(refusal);
});
