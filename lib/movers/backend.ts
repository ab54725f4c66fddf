import { closedError } from '../errors';
import { JobQueue, type JobQueueOptions } from './job-queue';
import { softwareCapabilities, type Capabilities } from './capabilities';

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

  /** Opens the engines now. @throws MoverError `ERR_MOVER_UNSUPPORTED` when the addon does not load */
  open(): void {
    this.#queue ??= new JobQueue(this.#options);
  }

  /** @throws MoverError `ERR_MOVER_CLOSED`, and as `open` */
  get queue(): JobQueue {
    if (this.#closing !== undefined) throw closedError(`the mover '${this.name}'`, 'open another');
    return (this.#queue ??= new JobQueue(this.#options));
  }

  /** Waits for what is under way; no more is accepted from now on. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close(this.#queue));
  }

  async #close(queue: JobQueue | undefined): Promise<void> {
    if (queue === undefined) return;
    queue.refuse();
    await queue.idle();
    queue.close();
  }
}
