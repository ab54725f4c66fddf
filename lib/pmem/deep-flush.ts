import { readFile, writeFile } from 'node:fs/promises';
import type { Future } from '../future/future';
import { fromPromise } from '../future/promise-future';

/** Flushes the region of a DAX device through its attribute, if it has anything to flush (`1`). */
export const deepFlush = (attribute: string): Future<void> =>
  fromPromise(async () => {
    const able = await readFile(attribute, 'latin1');
    if (able.trim() === '1') await writeFile(attribute, '1');
  });
