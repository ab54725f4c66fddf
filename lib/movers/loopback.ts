import { addon } from '../addon';
import { Order } from '../jobs/order';
import { listOf } from '../list-of';
import { JobBackend } from './job-backend';
import { DEFAULT_ENGINE } from './kernels';
import { Mover } from './mover';
import { startingThresholds } from './thresholds';
import { WorkQueues } from './work-queues';

export interface LoopbackOptions {
  /** Default: as many as a device has. */
  readonly size?: number;
  readonly maxTransfer?: number;
  readonly maxBatch?: number;
  readonly queues?: number;
  /** Every so many descriptors one stops at a page fault. */
  readonly faultEvery?: number;
  readonly depth?: number;
  readonly path?: 'auto' | 'hardware';
}

/** All that DSA 1.0 does. */
const OPERATIONS = 0x1_003f_03ffn;

/**
 * A mover over work queues without a device, whose descriptors are executed as they are submitted: it
 * shows what the way to a device costs, and that it is right. For benchmarks and tests.
 */
export function loopbackMover(options: LoopbackOptions = {}): Mover {
  const { size = 128, maxTransfer = 2 ** 21, maxBatch = 32, queues = 1, faultEvery = 0 } = options;
  const { path = 'hardware' } = options;
  const backend = new JobBackend('software (2 threads)', {
    depth: options.depth ?? 4096,
    threads: 2,
    common: true,
    inline: true,
    gather: 1024,
    when: 'microtask',
    notifier: 'waker',
    engine: DEFAULT_ENGINE,
    thresholds: startingThresholds({}),
    hardware: {
      path,
      queues: undefined,
      node: undefined,
      submit: 'auto',
      timeoutMs: 10_000,
      place: Order.AnyPlace,
    },
  });
  const made = listOf(queues, (index) => ({
    id: addon().openLoopback(size, maxTransfer, maxBatch, faultEvery),
    setup: {
      name: `loopback${String(index)}`,
      device: 'loopback',
      path: 'loopback',
      dedicated: false,
      size,
      maxTransfer,
      maxBatch,
      priority: 0,
      numa: -1,
      blockOnFault: true,
      overlapping: true,
      readback: true,
      operations: OPERATIONS,
      batchByWrite: true,
    },
  }));
  backend.serve(WorkQueues.of(made));
  return new Mover(backend);
}
