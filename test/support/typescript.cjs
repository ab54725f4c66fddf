// Lets a plain Node process require the TypeScript sources: child processes test what is in lib/.
// Their JavaScript is kept in .cache/ by the hash of the source and of this file, for the next child.
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const own = readFileSync(require.resolve('./typescript.cjs'));
const cache = join(__dirname, '..', '..', '.cache', 'children');

function compile(source, fileName) {
  const typescript = require('typescript');
  const compilerOptions = {
    target: typescript.ScriptTarget.ES2022,
    module: typescript.ModuleKind.CommonJS,
    esModuleInterop: true,
    // Whoever counts what is reached has to know where it stands in the source.
    inlineSourceMap: true,
  };
  return typescript.transpileModule(source, { fileName, compilerOptions }).outputText;
}

require.extensions['.ts'] = (module, filename) => {
  const source = readFileSync(filename, 'utf8');
  const hash = createHash('sha256').update(own).update(source).digest('hex');
  const cached = join(cache, `${hash}.js`);
  if (!existsSync(cached)) {
    mkdirSync(cache, { recursive: true });
    // Renamed into place: other children may be at it, too.
    writeFileSync(`${cached}.${process.pid}`, compile(source, filename));
    renameSync(`${cached}.${process.pid}`, cached);
  }
  module._compile(readFileSync(cached, 'utf8'), filename);
};
