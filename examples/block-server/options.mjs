// The command line.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const usage = `usage: main.mjs --file FILE [options]
  --file FILE         holds the block device; one that is not there is made
  --size BYTES        of a new one, at least; also as 2G; default: 64M
  --block-size BYTES  of a new one; default: 4096; 520 and 4104 are 512 and 4096 with integrity fields
  --mover MOVER       who copies: auto (the default), sync, threads, hardware
  --socket PATH       the Unix socket to listen on; default: FILE.socket
  --port PORT         listen on this port of 127.0.0.1 instead; 0: any
  --help              says this`;

const options = {
  file: { type: 'string' },
  size: { type: 'string' },
  'block-size': { type: 'string' },
  mover: { type: 'string', default: 'auto' },
  socket: { type: 'string' },
  port: { type: 'string' },
  help: { type: 'boolean' },
};

const units = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

function bytesOf(name, text) {
  if (text === undefined) return undefined;
  const [, number, unit] = /^([1-9]\d{0,11})([KMGT]?)$/.exec(text) ?? [];
  if (number === undefined) throw new Error(`--${name}: ${text} is no number of bytes`);
  return Number(number) * units[unit];
}

function whereOf({ file, socket, port }) {
  if (port === undefined) return { path: resolve(socket ?? `${file}.socket`) };
  if (socket !== undefined) throw new Error('--socket and --port: one of them');
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) throw new Error(`--port: ${port} is none`);
  return { host: '127.0.0.1', port: Number(port) };
}

/**
 * @param movers - names to choose from
 * @returns undefined where it was only asked for help
 * @throws Error that says what is wrong with the arguments
 */
export function parse(args, movers) {
  const { values } = parseArgs({ args, options });
  const { file, size, mover, help } = values;
  if (help) return undefined;
  if (file === undefined) throw new Error('--file is missing');
  if (!movers.includes(mover)) throw new Error(`--mover: ${mover} is none of ${movers.join(', ')}`);
  return {
    file,
    size: bytesOf('size', size),
    blockSize: bytesOf('block-size', values['block-size']),
    mover,
    where: whereOf(values),
  };
}
