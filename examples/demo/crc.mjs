import zlib from 'node:zlib';

function tableOf(polynomial) {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? polynomial : 0);
    return rest;
  });
}

/** A CRC with reflected polynomial, a byte at a time: slow, and independent of all native code. */
function tableCrc(polynomial) {
  const table = tableOf(polynomial);
  return (bytes) => {
    let crc = -1;
    for (let at = 0; at < bytes.length; at++) crc = table[(crc ^ bytes[at]) & 0xff] ^ (crc >>> 8);
    return ~crc >>> 0;
  };
}

export const tableCrc32c = tableCrc(0x82f6_3b78);
export const tableCrc32 = tableCrc(0xedb8_8320);

/**
 * What stands in for a plain CRC-32C call, which Node does not have: zlib's CRC-32 (another
 * polynomial, the same work) from Node 20.15 and 22.2 on.
 */
export const plainCrc = zlib.crc32 ?? tableCrc32;
export const plainCrcName = zlib.crc32 ? 'zlib.crc32' : 'CRC-32 by a table in JavaScript';
