/** What is waited for: room for another job, or that nothing is pending. */
type Event = 'room' | 'idle';

interface Listener {
  readonly event: Event;
  readonly notify: () => void;
}

/** Those who wait for something to become of a queue. */
export class Listeners {
  #listeners: Listener[] = [];

  get none(): boolean {
    return this.#listeners.length === 0;
  }

  /** Resolves when `notify` finds that it has come. */
  async wait(event: Event): Promise<void> {
    return new Promise((notify) => {
      this.#listeners.push({ event, notify });
    });
  }

  notify(come: Readonly<Record<Event, boolean>>): void {
    const listeners = this.#listeners;
    this.#listeners = listeners.filter(({ event }) => !come[event]);
    for (const { event, notify } of listeners) if (come[event]) notify();
  }
}
