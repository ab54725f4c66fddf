// What the figures were measured on.
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { existsSync, readFileSync } from 'node:fs';

const require = createRequire(import.meta.url);
const inPeers = createRequire(new URL('./peers/package.json', import.meta.url));

/** From its package.json, which not every package exports. */
function version(from, name) {
  const files = from.resolve.paths(name).map((at) => `${at}/${name}/package.json`);
  const file = files.find((path) => existsSync(path));
  return file === undefined ? null : JSON.parse(readFileSync(file, 'utf8')).version;
}

/** The version of ISA-L that the bench's addon was built with. */
function isaLVersion() {
  try {
    return inPeers('../addon/build/Release/bench.node').isaL?.version ?? null;
  } catch {
    return null;
  }
}

export function describeMachine() {
  const { addon } = require('../dist/addon.js');
  return {
    cpu: cpus()[0]?.model ?? process.arch,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${type()} ${release()}`,
    architecture: process.arch,
    node: process.version,
    datamover: require('../package.json').version,
    kernels: { ...addon().kernels },
    loadAverage: loadavg()[0],
    peers: {
      '@node-rs/crc32': version(require, '@node-rs/crc32'),
      'aws-crt': version(inPeers, 'aws-crt'),
      'ISA-L': isaLVersion(),
      'node-addon-api': version(require, 'node-addon-api'),
    },
  };
}
