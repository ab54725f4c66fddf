import { createHash } from 'node:crypto';
import { tableCrc32, tableCrc32c } from './crc.mjs';
import { patternBytes } from './operations.mjs';

const TILE_BYTES = 2 ** 16;

/** What is known about the input by other means than those on show; all results are held to it. */
export function factsOf(source) {
  const { length } = source;
  const patternTile = Buffer.from(
    Array.from({ length: TILE_BYTES }, (_, at) => patternBytes[at % 8]),
  );
  return {
    length,
    crc32c: tableCrc32c(source),
    plainCrc: tableCrc32(source),
    contents: {
      source: { tile: source, digest: sha256(length, source) },
      pattern: { tile: patternTile, digest: sha256(length, patternTile) },
    },
  };
}

/** Digest of `length` bytes that repeat the tile. */
export function sha256(length, tile) {
  const hash = createHash('sha256');
  for (const piece of pieces(length, tile)) hash.update(tile.subarray(0, piece.length));
  return hash.digest('hex');
}

/** The stretches of `length` bytes that a repeated tile covers. */
export function* pieces(length, tile) {
  for (let offset = 0; offset < length; offset += tile.length) {
    yield { offset, length: Math.min(tile.length, length - offset) };
  }
}
