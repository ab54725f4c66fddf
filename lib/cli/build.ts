import { dirname, join, resolve } from 'node:path';
import { compile, findCompiler, readList, type Target } from './compile';
import { intelDml } from './intel-dml';

const root = resolve(__dirname, '../..');

function addonTarget(output: string): Target {
  // Both packages export the folder of their headers, but the first only relative to the caller.
  const addonApi = dirname(require.resolve('node-addon-api'));
  const nodeApi = join(dirname(require.resolve('node-api-headers')), 'include');
  const dml = intelDml(root);
  return {
    root,
    output,
    sources: [
      ...readList(root, 'sources.txt'),
      ...readList(root, 'addon_sources.txt'),
      ...dml.sources,
    ],
    compileFlags: [
      ...readList(root, 'compile_flags.txt'),
      ...dml.compileFlags,
      '-fPIC',
      '-Inative',
      ...['-isystem', addonApi, '-isystem', nodeApi],
    ],
    linkFlags:
      process.platform === 'darwin'
        ? ['-bundle', '-undefined', 'dynamic_lookup']
        : ['-shared', ...dml.linkFlags, ...readList(root, 'link_flags_linux.txt')],
  };
}

/**
 * `datamover build`: the addon for this machine, by its own compiler, without a download.
 *
 * @param output - of the repository or package
 */
export async function build(output = 'build/Release/datamover.node'): Promise<void> {
  if (process.platform === 'win32') {
    throw new Error(
      'on Windows, install Visual Studio with "Desktop development with C++", open its developer ' +
        `prompt in ${root} and type: npx node-gyp rebuild`,
    );
  }
  const compiler = findCompiler();
  if (!compiler) {
    const named = process.env['CXX'] ?? '';
    throw new Error(
      named === ''
        ? 'no C++ compiler found. Install one that knows C++20, such as g++ or clang++, or name it in CXX'
        : `CXX is '${named}', which is no working C++ compiler`,
    );
  }
  const target = addonTarget(output);
  console.log(`Compiling with ${compiler.join(' ')} ...`);
  await compile(compiler, target);
  console.log(`Built ${join(root, target.output)}`);
}
