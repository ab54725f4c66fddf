import { MoverError } from '../errors';
import type { Future } from '../future/future';
import type { Bytes } from '../memory/resolve';
import { bare } from '../intrinsics';
import type { Mover } from '../movers/mover';
import type { DifResult } from '../operations/dif';
import type { DifBlock } from '../operations/dif-fields';

/** How the data of blocks comes into the map and out of it. */
export interface Sectors {
  /** Bytes of a block's data. */
  readonly blockSize: number;
  /** Copies the data of a block to its place in the map; not begun. */
  write(at: number, data: Bytes, block: number): Future<unknown>;
  read(at: number, into: Bytes, block: number): Future<unknown>;
  /** Why what `read` gave is no success after all. */
  fault(result: unknown, block: number): Error | undefined;
}

/** Sectors with a field behind their data, by their bytes in the layout. */
const protectedData: Readonly<Partial<Record<number, DifBlock>>> = bare({
  520: 512,
  4104: 4096,
});

/**
 * @param memory - of the map
 * @param sectorBytes - of a block in the layout
 * @param reader - and `writer`: whose copies are as durable as it can make them
 */
export function sectorsOf(
  memory: Buffer,
  sectorBytes: number,
  reader: Mover,
  writer: Mover,
): Sectors {
  const [read, write] = [reader.futures, writer.futures];
  const place = (at: number): Buffer => memory.subarray(at, at + sectorBytes);
  const block = protectedData[sectorBytes];
  if (block === undefined) {
    return {
      blockSize: sectorBytes,
      write: (at, data) => write.copy(place(at), data),
      read: (at, into) => read.copy(into, place(at)),
      fault: () => undefined,
    };
  }
  const tags = (number: number): { refTag: number } => ({ refTag: number % 2 ** 32 });
  return {
    blockSize: block,
    write: (at, data, number) => write.dif.insert(place(at), data, tags(number), { block }),
    read: (at, into, number) => read.dif.strip(into, place(at), tags(number), { block }),
    fault: (result, number) => mismatch(result as DifResult, number),
  };
}

function mismatch({ ok, mismatch }: DifResult, block: number): Error | undefined {
  if (ok) return undefined;
  const text = `block ${String(block)}: its data integrity field does not match (${mismatch.join(', ')})`;
  return new MoverError('ERR_MOVER_DIF', text);
}
