// Compiled by `npx tsc`: what a map is, and what it is not made of.
import { pmem, type Future, type Granularity, type PmemMap } from '../../lib';
import { type } from './equal';

export async function pages(): Promise<void> {
  using map = await pmem.map('/x', { length: 1, create: true, require: 'page', private: false });
  type<PmemMap>().of(map);
  type<Granularity>().of(map.granularity);
  type<Buffer>().of(map.bytes);
  type<Future<void>>().of(map.copy(0, new Uint8Array(1), { timeoutMs: 1 }));
  type<Future<void>>().of(map.move(0, 0, 0));
  type<Future<void>>().of(map.fill(0, 1, 2n ** 63n));
  type<Future<void>>().of(map.persist(0, 1));
  // @ts-expect-error -- no granularity of that name
  await pmem.map('/x', { require: 'line' });
  // @ts-expect-error -- the memory is what it is
  map.bytes = Buffer.alloc(1);
}
