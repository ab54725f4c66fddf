import { performance } from 'node:perf_hooks';
import * as timers from 'node:timers';

/**
 * Timers, microtasks and the clock as they were when the library was loaded: where a program, or its
 * tests, put others in their place, engines complete their work all the same.
 */
export const { clearTimeout, setImmediate, setTimeout } = timers;
export const { queueMicrotask } = globalThis;

/** Milliseconds since some moment; they never go back. */
export const clock: () => number = performance.now.bind(performance);
