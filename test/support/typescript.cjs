// Lets a plain Node process require the TypeScript sources: child processes test what is in lib/.
// Their JavaScript is kept in .cache/ by the hash of the source and of this file, for the next child.
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const own = readFileSync(require.resolve('./typescript.cjs'));
const cache = join(__dirname, '..', '..', '.cache', 'children');

function compile(source, fileName, transformers) {
  const typescript = require('typescript');
  const compilerOptions = {
    target: typescript.ScriptTarget.ES2022,
    module: typescript.ModuleKind.CommonJS,
    esModuleInterop: true,
    // Whoever counts what is reached has to know where it stands in the source.
    inlineSourceMap: true,
  };
  const options = { fileName, compilerOptions, transformers };
  return typescript.transpileModule(source, options).outputText;
}

/**
 * Loads a TypeScript file.
 *
 * @param change - what is done to it before it is compiled: `key` is another one whenever that is
 */
function load(module, filename, { key = '', transformers = () => undefined } = {}) {
  const source = readFileSync(filename, 'utf8');
  const hash = createHash('sha256').update(own).update(key).update(source).digest('hex');
  const cached = join(cache, `${hash}.js`);
  if (!existsSync(cached)) {
    mkdirSync(cache, { recursive: true });
    // Renamed into place: other children may be at it, too.
    writeFileSync(`${cached}.${process.pid}`, compile(source, filename, transformers()));
    renameSync(`${cached}.${process.pid}`, cached);
  }
  module._compile(readFileSync(cached, 'utf8'), filename);
}

require.extensions['.ts'] = (module, filename) => load(module, filename);
exports.load = load;
