// What goes over the wire of NBD, the network block device protocol: fixed newstyle negotiation and
// simple replies. Numbers are big-endian. The text of the protocol:
// https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md

const GREETING = 0x4e42444d41474943n; // NBDMAGIC
const OPTION = 0x49484156454f5054n; // IHAVEOPT
const OPTION_REPLY = 0x0003e889045565a9n;
const REQUEST = 0x25609513;
const SIMPLE_REPLY = 0x67446698;

/** What the server offers in its greeting, and what clients take of it: the same bits. */
export const Handshake = { FixedNewstyle: 1, NoZeroes: 2 };

export const Option = { ExportName: 1, Abort: 2, List: 3, Info: 6, Go: 7 };

export const OptionReply = {
  Ack: 1,
  Server: 2,
  Info: 3,
  Unsupported: 0x8000_0001,
  Invalid: 0x8000_0003,
  Unknown: 0x8000_0006,
};

export const Info = { Export: 0, Name: 1, Description: 2, BlockSize: 3 };

/** Of an export. */
export const TransmissionFlag = {
  Has: 1,
  ReadOnly: 2,
  Flush: 4,
  ForceUnitAccess: 8,
  Trim: 32,
  WriteZeroes: 64,
  MultipleConnections: 256,
};

export const Command = { Read: 0, Write: 1, Disconnect: 2, Flush: 3, Trim: 4, WriteZeroes: 6 };

export const CommandFlag = { ForceUnitAccess: 1, NoHole: 2 };

/** Of replies: 0 is success. */
export const Failure = {
  NotPermitted: 1,
  InputOutput: 5,
  Invalid: 22,
  NoSpace: 28,
};

/** The most data of a request. Clients that ask for no other limit keep to it by themselves. */
export const MAX_DATA = 32 * 2 ** 20;
/** The most data of an option: names have 4096 bytes at most. */
export const MAX_OPTION_DATA = 8192;

export const CLIENT_FLAGS_BYTES = 4;
export const OPTION_BYTES = 16;
export const REQUEST_BYTES = 28;
export const REPLY_BYTES = 16;

export function greeting() {
  const bytes = Buffer.alloc(18);
  bytes.writeBigUInt64BE(GREETING, 0);
  bytes.writeBigUInt64BE(OPTION, 8);
  bytes.writeUInt16BE(Handshake.FixedNewstyle | Handshake.NoZeroes, 16);
  return bytes;
}

/** The head of an option; undefined: it is none. */
export function decodeOption(bytes) {
  if (bytes.readBigUInt64BE(0) !== OPTION) return undefined;
  return { option: bytes.readUInt32BE(8), length: bytes.readUInt32BE(12) };
}

export function optionReply(option, reply, data = Buffer.alloc(0)) {
  const bytes = Buffer.alloc(20 + data.length);
  bytes.writeBigUInt64BE(OPTION_REPLY, 0);
  bytes.writeUInt32BE(option, 8);
  bytes.writeUInt32BE(reply, 12);
  bytes.writeUInt32BE(data.length, 16);
  data.copy(bytes, 20);
  return bytes;
}

/** What Info and Go ask for: of which export, and which items; undefined: it makes no sense. */
export function decodeInfoRequest(bytes) {
  if (bytes.length < 6) return undefined;
  const nameBytes = bytes.readUInt32BE(0);
  if (nameBytes > bytes.length - 6) return undefined;
  const name = bytes.toString('utf8', 4, 4 + nameBytes);
  const items = bytes.subarray(6 + nameBytes);
  if (items.length !== 2 * bytes.readUInt16BE(4 + nameBytes)) return undefined;
  return { name, wants: (item) => hasItem(items, item) };
}

function hasItem(items, wanted) {
  for (let at = 0; at < items.length; at += 2) if (items.readUInt16BE(at) === wanted) return true;
  return false;
}

/** The name of an export, as a list has it. */
export function listItem(name) {
  const text = Buffer.from(name);
  const bytes = Buffer.alloc(4 + text.length);
  bytes.writeUInt32BE(text.length, 0);
  text.copy(bytes, 4);
  return bytes;
}

/** Size and flags of an export, as ExportName is answered: with zeroes for clients that wait for them. */
export function exportAnswer({ bytes: size, flags }, zeroes) {
  const bytes = Buffer.alloc(zeroes ? 134 : 10);
  bytes.writeBigUInt64BE(BigInt(size), 0);
  bytes.writeUInt16BE(flags, 8);
  return bytes;
}

export function exportItem({ bytes: size, flags }) {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt16BE(Info.Export, 0);
  bytes.writeBigUInt64BE(BigInt(size), 2);
  bytes.writeUInt16BE(flags, 10);
  return bytes;
}

export function textItem(item, text) {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(item, 0);
  return Buffer.concat([bytes, Buffer.from(text)]);
}

/** @param preferred - bytes of a block, a power of two */
export function blockSizeItem(preferred) {
  const bytes = Buffer.alloc(14);
  bytes.writeUInt16BE(Info.BlockSize, 0);
  bytes.writeUInt32BE(1, 2);
  bytes.writeUInt32BE(preferred, 6);
  bytes.writeUInt32BE(MAX_DATA, 10);
  return bytes;
}

/** Undefined: it is no request. `cookie` names it in its reply. */
export function decodeRequest(bytes) {
  if (bytes.readUInt32BE(0) !== REQUEST) return undefined;
  return {
    flags: bytes.readUInt16BE(4),
    command: bytes.readUInt16BE(6),
    cookie: bytes.readBigUInt64BE(8),
    // Beyond 2^53 it is rounded: no export is as large.
    offset: Number(bytes.readBigUInt64BE(16)),
    length: bytes.readUInt32BE(24),
  };
}

/** Into the first bytes of a reply, behind which the data stands. */
export function encodeReply(bytes, cookie, error) {
  bytes.writeUInt32BE(SIMPLE_REPLY, 0);
  bytes.writeUInt32BE(error, 4);
  bytes.writeBigUInt64BE(cookie, 8);
}
