// Uses the package that is installed in the current directory, by require.
const { createRequire } = require('node:module');
const { join } = require('node:path');
const check = require('./smoke-check.cjs');

const datamover = createRequire(join(process.cwd(), 'package.json'))('datamover');
check(datamover, 'require');
