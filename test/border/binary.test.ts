import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { childResult } from '../support/child';

// Which native binary is loaded: each in a process that has loaded none.

const root = join(__dirname, '..', '..');
const own = join(root, 'build', 'Release', 'datamover.node');
const other = mkdtempSync(join(tmpdir(), 'datamover-other-'));
cpSync(own, join(other, 'Release', 'datamover.node'), { recursive: true });
cpSync(own, join(other, 'datamover.node'));
afterAll(() => {
  rmSync(other, { recursive: true });
});

const copy = `
  const copy = () => syncMover().copy(Buffer.alloc(4), Buffer.from('abcd'))
    .then(String, ({ code }) => code);
  const loaded = () => Object.keys(require.cache).filter((path) => path.endsWith('.node'));`;

test.each<[name: string, value: unknown]>([
  ['build', relative(root, other)],
  ['Release', relative(join(root, 'build'), other)],
  ['datamover.node', relative(join(root, 'build', 'Release'), join(other, 'datamover.node'))],
  ['module_root', other],
  ['bindings', 'other'],
  ['try', [[other, 'Release', 'datamover.node']]],
  ['path', ''],
])('data on Object.prototype does not choose it: %s', async (name, value) => {
  const result = await childResult<unknown>(`${copy}
    Object.prototype[${JSON.stringify(name)}] = ${JSON.stringify(value)};
    const result = await copy();
    delete Object.prototype[${JSON.stringify(name)}];
    console.log(JSON.stringify([result, ...loaded()]));`);
  expect(result).toEqual(['abcd', own]);
});

test('where none was found, it is looked for again', async () => {
  const result = await childResult<unknown>(`${copy}
    const load = require.extensions['.node'];
    require.extensions['.node'] = () => { throw new Error('no binary'); };
    const results = [await copy(), await copy()];
    require.extensions['.node'] = load;
    console.log(JSON.stringify([...results, await copy(), ...loaded()]));`);
  expect(result).toEqual(['ERR_MOVER_UNSUPPORTED', 'ERR_MOVER_UNSUPPORTED', 'abcd', own]);
});
