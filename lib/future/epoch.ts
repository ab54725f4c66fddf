/**
 * Counts the times at which the event loop, or its microtasks, come back to the library: nothing of the
 * library is being called then. What says "I am being polled" says in which epoch, since where a script
 * was stopped by its time limit, nobody takes that back.
 */
export const epoch = { now: 1 };
