import { MoverError } from '../errors';
import type { Capabilities } from './capabilities';
import { JobQueue, type JobQueueOptions } from './job-queue';
import { softwareCapabilities } from './capabilities';

/** The engines behind a mover and all views of it: opened at the first job, closed once. */
export class Backend {
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

  /** @throws MoverError `ERR_MOVER_CLOSED`; `ERR_MOVER_UNSUPPORTED` when the addon does not load */
  get queue(): JobQueue {
    if (this.#closing !== undefined) {
      throw new MoverError('ERR_MOVER_CLOSED', `the mover '${this.name}' is closed: open another`);
    }
    return (this.#queue ??= new JobQueue(this.#options));
  }

  /** Waits for what is under way; no more is accepted from now on. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close(this.#queue));
  }

  async #close(queue: JobQueue | undefined): Promise<void> {
    if (queue === undefined) return;
    await queue.idle();
    queue.close();
  }
}
