// Until client and server agree on an export: options and their replies.
import {
  CLIENT_FLAGS_BYTES,
  Handshake,
  Info,
  MAX_OPTION_DATA,
  OPTION_BYTES,
  Option,
  OptionReply,
  blockSizeItem,
  decodeInfoRequest,
  decodeOption,
  exportAnswer,
  exportItem,
  greeting,
  listItem,
  optionReply,
  textItem,
} from './protocol.mjs';

const KNOWN_FLAGS = Handshake.FixedNewstyle | Handshake.NoZeroes;

/** Items that are sent to those who ask for them. */
const optionalItems = [
  [Info.Name, ({ name }) => textItem(Info.Name, name)],
  [Info.Description, ({ description }) => textItem(Info.Description, description)],
  [Info.BlockSize, ({ preferredBytes }) => blockSizeItem(preferredBytes)],
];

/** Replies to Info and Go; `agreed`: the last one grants what was asked for. */
function describe(option, data, exported) {
  const request = decodeInfoRequest(data);
  const reply = (kind, item) => optionReply(option, kind, item);
  if (request === undefined) return { replies: [reply(OptionReply.Invalid)], agreed: false };
  if (request.name !== exported.name) {
    return { replies: [reply(OptionReply.Unknown)], agreed: false };
  }
  const wanted = optionalItems.filter(([item]) => request.wants(item));
  const items = [exportItem(exported), ...wanted.map(([, encode]) => encode(exported))];
  const infos = items.map((item) => reply(OptionReply.Info, item));
  return { replies: [...infos, reply(OptionReply.Ack)], agreed: true };
}

/** Resolves when the bytes have gone out, or cannot: a client that reads nothing is given no more. */
const send = (socket, bytes) => new Promise((resolve) => socket.write(bytes, resolve));

/**
 * Resolves to whether transmission begins: not for a client that goes, that says what is no option,
 * or that asks for an unknown export in the one way which has no error.
 *
 * @param exported - name, description, bytes, flags, preferredBytes
 */
export async function negotiate(reader, socket, exported) {
  await send(socket, greeting());
  const clientFlags = (await reader.take(CLIENT_FLAGS_BYTES))?.readUInt32BE(0);
  if (clientFlags === undefined || (clientFlags & ~KNOWN_FLAGS) !== 0) return false;
  for (;;) {
    const head = await reader.take(OPTION_BYTES);
    const asked = head && decodeOption(head);
    if (asked === undefined || asked.length > MAX_OPTION_DATA) return false;
    const { option, length } = asked;
    const data = await reader.take(length);
    if (data === undefined) return false;
    const reply = (kind, item) => send(socket, optionReply(option, kind, item));
    switch (option) {
      case Option.ExportName:
        if (data.toString() !== exported.name) return false;
        await send(socket, exportAnswer(exported, (clientFlags & Handshake.NoZeroes) === 0));
        return true;
      case Option.Abort:
        await reply(OptionReply.Ack);
        return false;
      case Option.List:
        if (length === 0) await reply(OptionReply.Server, listItem(exported.name));
        await reply(length === 0 ? OptionReply.Ack : OptionReply.Invalid);
        break;
      case Option.Info:
      case Option.Go: {
        const { replies, agreed } = describe(option, data, exported);
        await send(socket, Buffer.concat(replies));
        if (agreed && option === Option.Go) return true;
        break;
      }
      default:
        await reply(OptionReply.Unsupported);
    }
  }
}
