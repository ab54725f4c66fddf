// The command lines of the benchmarks.
import process from 'node:process';
import { parseArgs } from 'node:util';

/** The options that are given; of one that there is not, how to use them is printed, and that ends it. */
export function parse(options, usage) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`${error.message}\n${usage}`);
    process.exit(2);
  }
}
