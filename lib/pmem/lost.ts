import { MoverError } from '../errors';

/** A part of a map that an operation works on. */
export interface Part {
  readonly argument: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * The error of an operation on what the file has no more.
 *
 * @param held - bytes of the map, from its beginning, that still are the file's
 */
export function lostError(verb: string, path: string, held: number, part: Part): MoverError {
  const { argument, offset } = part;
  const text = `${verb}: the map of ${path} ends at byte ${String(held)}: the file was truncated, or had no room for a page, also if it is long enough again; map it anew`;
  const access = argument === 'src' ? 'read' : 'write';
  const fault = { access, argument, offset: Math.max(0, held - offset) } as const;
  return new MoverError('ERR_MOVER_PAGE_FAULT', text, { fault });
}

/** That of a block device, whose metadata may be in any part of the map. */
export function goneError(what: string): MoverError {
  const text = `${what}: the map ended, because its file was truncated or had no room for a page; map it anew`;
  return new MoverError('ERR_MOVER_PAGE_FAULT', text);
}
