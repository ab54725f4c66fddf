import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { root } from './run.mjs';

// Node's own headers, beside the node that runs: without them node-gyp would have to download.
const prefix = resolve(process.execPath, '../..');

export const hasHeaders = existsSync(join(prefix, 'include/node/node_api.h'));

/** What node is called with to have node-gyp carry out commands for a release build. */
export function gypArguments(...commands) {
  const headers = hasHeaders ? [`--nodedir=${prefix}`] : [];
  const gyp = join(root, 'node_modules/node-gyp/bin/node-gyp.js');
  return [gyp, ...commands, ...headers, '--release', '-j', 'max'];
}
