import { closedError } from '../errors';
import type { Future } from '../future/future';
import type { Operands } from '../operations/operation';
import type { Backend } from './backend';
import { softwareCapabilities, type Capabilities } from './capabilities';
import { JobFuture, listenJob, startJob } from './job-future';
import { JobQueue, type JobQueueOptions } from './job-queue';
import type { Settings } from './options';

/** Engines that work on descriptors: opened at the first job, closed once. */
export class JobBackend implements Backend {
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly #options: JobQueueOptions;
  #queue: JobQueue | undefined;
  #closing: Promise<void> | undefined;

  constructor(name: string, options: JobQueueOptions) {
    this.name = name;
    this.capabilities = softwareCapabilities(options.threads > 0, options.depth);
    this.#options = options;
  }

  /** Opens the engines now. @throws MoverError `ERR_MOVER_UNSUPPORTED` when the addon does not load */
  open(): void {
    this.#queue ??= new JobQueue(this.#options);
  }

  operate<T, X>(operands: Operands<T, X>, settings: Settings, eager: boolean): Future<T> {
    operands.flags |= settings.flags & operands.operation.options;
    const future = new JobFuture(this.#opened(), operands);
    if (settings.signal !== undefined) listenJob(future, settings.signal);
    if (eager) startJob(future);
    return future;
  }

  async ready(): Promise<void> {
    return this.#opened().ready();
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close(this.#queue));
  }

  /** @throws MoverError `ERR_MOVER_CLOSED`, and as `open` */
  #opened(): JobQueue {
    if (this.#closing !== undefined) throw closedError(`the mover '${this.name}'`, 'open another');
    return (this.#queue ??= new JobQueue(this.#options));
  }

  async #close(queue: JobQueue | undefined): Promise<void> {
    if (queue === undefined) return;
    queue.refuse();
    await queue.drained();
    queue.close();
  }
}
