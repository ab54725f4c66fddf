import { AsyncResource } from 'node:async_hooks';
import type { Future } from './future';
import { PolledFuture } from './polled-future';

/**
 * The asynchronous context of whoever has a future driven, with the stores of `AsyncLocalStorage`.
 * Undefined for a job, in whose polls none of the program's code runs.
 */
export type Context = AsyncResource | undefined;

/** That of the caller. */
export const contextFor = (future: Future<unknown>): Context =>
  future instanceof PolledFuture ? new AsyncResource('DATAMOVER') : undefined;
