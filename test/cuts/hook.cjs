// Lets a plain Node require the TypeScript sources, and the library in a form that can be cut off.
const { readFileSync } = require('node:fs');
const { join, relative, sep } = require('node:path');
const { load } = require('../support/typescript.cjs');

const library = join(__dirname, '..', '..', 'lib') + sep;
const instrument = join(__dirname, 'instrument.ts');
const plain = require.extensions['.ts'];
const own = readFileSync(instrument);

require.extensions['.ts'] = (module, filename) => {
  if (!filename.startsWith(library)) return plain(module, filename);
  const file = relative(library, filename);
  // The names of places are part of what is compiled.
  const key = `${own}${file}`;
  const transformers = () => ({ before: [require(instrument).instrument(file)] });
  return load(module, filename, { key, transformers });
};

// It has what they call, and is no part of the library.
require('./knife.ts');
