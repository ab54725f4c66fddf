/** Virtual time: calls what was asked for at its time, in order; at one time in the order of asking. */
export class Clock {
  now = 0;
  #asked = 0;
  /** A binary heap, the earliest first. */
  #events = [];

  at(time, call) {
    const events = this.#events;
    const event = { time, order: this.#asked++, call };
    let place = events.length;
    for (let parent; place > 0; place = parent) {
      parent = (place - 1) >> 1;
      if (!before(event, events[parent])) break;
      events[place] = events[parent];
    }
    events[place] = event;
  }

  /** Until `enough` says so, or there is nothing more to come. */
  run(enough) {
    while (this.#events.length > 0 && !enough()) {
      const { time, call } = this.#take();
      this.now = time;
      call();
    }
  }

  #take() {
    const events = this.#events;
    const [first] = events;
    const last = events.pop();
    if (events.length === 0) return first;
    let place = 0;
    for (let child = 1; child < events.length; child = 2 * place + 1) {
      if (child + 1 < events.length && before(events[child + 1], events[child])) child++;
      if (!before(events[child], last)) break;
      events[place] = events[child];
      place = child;
    }
    events[place] = last;
    return first;
  }
}

const before = (a, b) => a.time < b.time || (a.time === b.time && a.order < b.order);
