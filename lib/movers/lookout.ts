import { clearTimeout, setImmediate, setTimeout } from '../clock';
import { MAX_RETRY_MS, RETRY_MS } from './work-queues';

/**
 * Looks for work queues where there were none: after a second, then two, then four, up to half a
 * minute, and each time not before there is work for them. A program that rests is not woken for it.
 */
export class Lookout {
  /** It is time to look, as soon as there is work. */
  due = false;
  readonly #find: () => Promise<boolean>;
  #delay = RETRY_MS;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param find - whether there are some now */
  constructor(find: () => Promise<boolean>) {
    this.#find = find;
  }

  /** There are none. */
  start(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => (this.due = true), this.#delay).unref();
    this.#delay = Math.min(2 * this.#delay, MAX_RETRY_MS);
  }

  /** There is work. Looks when that has been handed over. */
  look(): void {
    this.due = false;
    setImmediate(() => {
      if (!this.#closed) void this.#look();
    });
  }

  close(): void {
    this.#closed = true;
    this.due = false;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    if (!(await this.#find().catch(() => false))) this.start();
  }
}
