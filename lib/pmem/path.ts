import type { PathLike } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { types } from 'node:util';
import { isRevoked } from '../check';
import { describe, typeError } from '../errors';

/** Where a file is. */
export interface Path {
  readonly file: string | Buffer;
  readonly directory: string | Buffer;
  /** For people to read. */
  readonly text: string;
}

/** A path as `fs` takes it. @throws TypeError for what is none */
export function pathOf(path: PathLike): Path {
  if (typeof path === 'string') return { file: path, directory: dirname(path), text: path };
  if (types.isUint8Array(path)) {
    // Its bytes need be no text.
    const file = Buffer.from(path);
    const directory = Buffer.from(dirname(file.toString('latin1')), 'latin1');
    return { file, directory, text: file.toString() };
  }
  const { href, protocol } = (isRevoked(path) ? {} : Object(path)) as Partial<URL>;
  if (href !== undefined && protocol !== undefined) return pathOf(fileURLToPath(path));
  const text = `path must be a string, a Buffer or a URL; got ${describe(path)}`;
  throw typeError('ERR_INVALID_ARG_TYPE', text);
}
