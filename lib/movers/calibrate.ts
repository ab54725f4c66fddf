import { checkInteger, checkNames, checkObject } from '../check';
import { MoverError, typeError } from '../errors';
import type { Future } from '../future/future';
import { Pool } from '../memory/pool';
import type { OpName } from '../operations/operation';
import { backendOf, Mover } from './mover';
import { mapThresholds } from './thresholds';

export interface CalibrateOptions {
  /** How long it may take, in milliseconds. Default 1000. */
  budgetMs?: number;
}

const SIZES = [1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072, 262144, 1048576];

/** Operations that are asked for together, as a program does that is worth calibrating for. */
const GATHERED = 16;

type Trial = (mover: Mover, bytes: number, index: number) => Future<unknown>;

/** Memory of the largest size, and each operation on parts of it. */
function trials(): { trials: Partial<Record<OpName, Trial>>; pool: Pool } {
  const pool = new Pool({ align: 4096, prefault: true, slabBytes: 2 ** 23 });
  const largest = Math.max(...SIZES);
  const [a, b, c] = [1, 2, 3].map(() => pool.alloc(largest, 4096));
  for (const buffer of [a, b, c]) buffer.fill(0x5a);
  /** Other places for each of those that go together, as far as there is room. */
  const part = (buffer: Buffer, bytes: number, index: number): Buffer => {
    const at = (index * bytes) % (largest - bytes + 1);
    return buffer.subarray(at - (at % 4096), at - (at % 4096) + bytes);
  };
  return {
    pool,
    trials: {
      copy: (m, n, i) => m.copy(part(a, n, i), part(b, n, i)),
      move: (m, n, i) => m.move(part(a, n, i), part(b, n, i)),
      fill: (m, n, i) => m.fill(part(a, n, i), 0x5a),
      dualcast: (m, n, i) => m.dualcast([part(a, n, i), part(c, n, i)], part(b, n, i)),
      compare: (m, n, i) => m.compare(part(b, n, i), part(c, n, i)),
      comparePattern: (m, n, i) => m.comparePattern(part(b, n, i), 0x5a),
      equals: (m, n, i) => m.equals(part(b, n, i), part(c, n, i)),
      crc32c: (m, n, i) => m.crc32c(part(b, n, i)),
      copyCrc32c: (m, n, i) => m.copyCrc32c(part(a, n, i), part(b, n, i)),
      flush: (m, n, i) => m.flush(part(a, n, i)),
    },
  };
}

/** The shortest of several times that a gathering takes, in milliseconds. */
async function time(mover: Mover, trial: Trial, bytes: number, untilMs: number): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < 8 && (round < 2 || performance.now() < untilMs); round++) {
    const begin = performance.now();
    const futures = Array.from({ length: GATHERED }, (_, index) => trial(mover, bytes, index));
    await Promise.all(futures);
    least = Math.min(least, performance.now() - begin);
  }
  return least;
}

/**
 * Measures from which size on this machine's work queues are faster than its CPUs, operation by
 * operation, and has the mover go by that from now on.
 *
 * @returns the thresholds, in bytes; Infinity: hardware was never faster
 * @throws TypeError, RangeError for arguments that make no sense; MoverError `ERR_MOVER_UNSUPPORTED` for
 * a mover that has not both to choose from
 */
export async function calibrate(
  mover: Mover,
  options: CalibrateOptions = {},
): Promise<Record<OpName, { threshold: number }>> {
  if (!(mover instanceof Mover)) {
    throw typeError('ERR_INVALID_ARG_TYPE', 'mover must be one that open() gave');
  }
  checkObject('options', options);
  checkNames(options, ['budgetMs']);
  const budget = checkInteger('budgetMs', options.budgetMs ?? 1000, 600_000, 1);
  const { paths, operations } = mover.capabilities;
  if (!paths.has('hardware') || !paths.has('software')) {
    const text = `calibrate: the mover '${mover.name}' has nothing to choose from`;
    throw new MoverError('ERR_MOVER_UNSUPPORTED', text);
  }
  const found = await measure(mover, operations, budget);
  const thresholds = mapThresholds((name) => found.get(name) ?? Infinity);
  backendOf(mover).setThresholds?.(thresholds);
  const entries = Object.entries(thresholds).map(([name, threshold]) => [name, { threshold }]);
  return Object.fromEntries(entries) as Record<OpName, { threshold: number }>;
}

async function measure(
  mover: Mover,
  operations: ReadonlySet<OpName>,
  budget: number,
): Promise<Map<OpName, number>> {
  const hardware = mover.with({ path: 'hardware' });
  const software = mover.with({ path: 'software' });
  const { trials: all, pool } = trials();
  const wanted = (Object.entries(all) as [OpName, Trial][]).filter(([name]) =>
    operations.has(name),
  );
  const each = budget / (wanted.length * SIZES.length * 2);
  const found = new Map<OpName, number>();
  for (const [name, trial] of wanted) {
    // From large to small, as long as hardware wins: noise at one size does not hide the others.
    for (const bytes of [...SIZES].reverse()) {
      const fast = await time(hardware, trial, bytes, performance.now() + each);
      const slow = await time(software, trial, bytes, performance.now() + each);
      if (fast >= slow) break;
      found.set(name, bytes);
    }
  }
  pool[Symbol.dispose]();
  return found;
}
