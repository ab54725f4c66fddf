import process from 'node:process';
import { parseArgs } from 'node:util';
import { InputError } from './input.mjs';

const MIB = 2 ** 20;

/** Enough for steady numbers, and over in some seconds. */
const DEFAULT_TOTAL_MIB = 4096;

const usage = 'usage: npm start -- [FILE] [--total MiB]';

/**
 * The file to work on, by default the Node executable that runs, and how many bytes each side of
 * the comparison processes, all operations together.
 */
export function parseArguments(args) {
  let parsed;
  try {
    parsed = parseArgs({ args, allowPositionals: true, options: { total: { type: 'string' } } });
  } catch (error) {
    throw new InputError(`${error.message}; ${usage}`);
  }
  const { positionals, values } = parsed;
  const total = Number(values.total ?? DEFAULT_TOTAL_MIB);
  if (positionals.length > 1) throw new InputError(`one file at a time; ${usage}`);
  if (!(total > 0 && total < Infinity)) {
    throw new InputError(`--total must be a number of MiB above 0; ${usage}`);
  }
  return { path: positionals[0] ?? process.execPath, totalBytes: total * MIB };
}
