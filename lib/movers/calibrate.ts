import { checkInteger, checkNames, checkObject, isRevoked, noOptions } from '../check';
import { clock } from '../clock';
import { MoverError, typeError } from '../errors';
import { Order } from '../jobs/order';
import type { OpName } from '../operations/operation';
import type { Backend } from './backend';
import { operationNames } from './capabilities';
import type { Choice } from './choice';
import { backendOf, Mover, viewOn } from './mover';
import { placesOf, SIZES, trials, type Trial } from './trials';

export interface CalibrateOptions {
  /** How long it may take, in milliseconds, as long as each size is tried once. Default 1000. */
  budgetMs?: number;
}

/** What a calibration comes to for an operation, in bytes; Infinity: never. */
export interface Calibrated {
  /** From which size on it goes to hardware. */
  readonly threshold: number;
  /** From which size on it goes to threads, where no hardware does it. */
  readonly threadsThreshold: number;
}

/** How often each size is tried, where there is time for it. */
const ROUNDS = 8;

/**
 * Measures on this machine how long operations take by size on the calling thread, on threads and on its
 * work queues, and for how long they hold the event loop, and has the mover and its views go by what is
 * cheapest from now on; given thresholds are replaced. Where that fails, all is as before.
 *
 * @throws TypeError, RangeError for arguments that make no sense; MoverError `ERR_MOVER_UNSUPPORTED` for
 * a mover that has no engines to choose from, else what an operation failed with
 */
export async function calibrate(
  mover: Mover,
  options: CalibrateOptions = noOptions,
): Promise<Record<OpName, Calibrated>> {
  if (isRevoked(mover) || !(mover instanceof Mover)) {
    throw typeError('ERR_INVALID_ARG_TYPE', 'mover must be one that open() gave');
  }
  checkObject('options', options);
  checkNames(options, ['budgetMs']);
  const budget = checkInteger('budgetMs', options.budgetMs ?? 1000, 600_000, 1);
  const backend = backendOf(mover);
  await backend.open?.();
  const { choice } = backend;
  if (choice === undefined) {
    const text = `calibrate: the mover '${mover.name}' has nothing to choose from`;
    throw new MoverError('ERR_MOVER_UNSUPPORTED', text);
  }
  backend.measureAll?.(true);
  try {
    await tryAll(mover, engines(backend), budget);
  } finally {
    backend.measureAll?.(false);
  }
  choice.calibrate();
  const entries = operationNames.map((op) => [op, calibrated(backend, choice, op)]);
  return Object.fromEntries(entries) as Record<OpName, Calibrated>;
}

function calibrated({ capabilities }: Backend, choice: Choice, op: OpName): Calibrated {
  const hardware = capabilities.paths.has('hardware');
  return {
    threshold: hardware ? choice.threshold('hardware', op).bytes : Infinity,
    threadsThreshold: choice.threshold('threads', op).bytes,
  };
}

function engines({ capabilities }: Backend): number[] {
  const software = [Order.Software | Order.Inline, Order.Software | Order.Threads];
  return capabilities.paths.has('hardware') ? [...software, Order.Hardware] : software;
}

/** Has each operation done on each engine at each size, one after the other: the mover measures them. */
async function tryAll(mover: Mover, orders: readonly number[], budget: number): Promise<void> {
  const views = orders.map((order) => viewOn(mover, order));
  const wanted = Object.values(await trials(views[0]));
  const share = budget / (wanted.length * SIZES.length * views.length);
  for (const trial of wanted) {
    for (const view of views) {
      for (const bytes of SIZES) await tryOne(view, trial, bytes, share);
    }
  }
}

async function tryOne(view: Mover, trial: Trial, bytes: number, share: number): Promise<void> {
  const end = clock() + share;
  for (let round = 0; round < ROUNDS && (round === 0 || clock() < end); round++) {
    try {
      await trial(view, bytes, round % placesOf(bytes));
    } catch (error) {
      if (error instanceof MoverError && error.code === 'ERR_MOVER_UNSUPPORTED') return;
      throw error;
    }
  }
}
