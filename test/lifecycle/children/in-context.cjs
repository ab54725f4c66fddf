// Loads the library as test runners do: JavaScript of a context of its own, natives and Node's modules of
// the process.
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, join, relative } = require('node:path');
const vm = require('node:vm');

const directory = dirname(require.resolve('datamover'));
const scripts = new Map();

function scriptOf(filename) {
  if (!scripts.has(filename)) {
    const text = readFileSync(filename, 'utf8');
    const source = `(function (exports, require, module, __filename, __dirname) {${text}\n})`;
    scripts.set(filename, new vm.Script(source, { filename }));
  }
  return scripts.get(filename);
}

exports.runInContext = function runInContext() {
  const context = vm.createContext({ performance, process, setImmediate });
  const modules = new Map();
  const load = (file) => {
    if (modules.has(file)) return modules.get(file).exports;
    const module = { exports: {} };
    modules.set(file, module);
    const requireFrom = createRequire(file);
    const requireIn = (name) => {
      const found = requireFrom.resolve(name);
      const ours = !relative(directory, found).startsWith('..') && found.endsWith('.js');
      return ours ? load(found) : requireFrom(name);
    };
    const run = scriptOf(file).runInContext(context);
    run(module.exports, requireIn, module, file, dirname(file));
    return module.exports;
  };
  return { library: load(join(directory, 'index.js')), context };
};
