import { bare } from '../intrinsics';
import { asError } from './as-error';
import { callTheirs } from './report';

interface Watch {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

const once = bare({ once: true });

const watches = new WeakMap<AbortSignal, Watch>();

function watchOf(signal: AbortSignal): Watch {
  const known = watches.get(signal);
  if (known !== undefined) return known;
  const callbacks = new Set<() => void>();
  const listener = (): void => {
    for (const callback of callbacks) callTheirs(callback);
  };
  const watch = { callbacks, listener };
  watches.set(signal, watch);
  return watch;
}

/** Why it has aborted; undefined: it has not. What a program's own signal throws is reported. */
export function abortedBy(signal: AbortSignal): Error | undefined {
  let error: Error | undefined;
  callTheirs(() => {
    if (signal.aborted) error = asError(signal.reason);
  });
  return error;
}

/**
 * Calls `callback` once the signal aborts; the returned function takes that back. A signal has one
 * listener of ours, however many operations it is given to, and none when no operation is under way.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const { callbacks, listener } = watchOf(signal);
  callbacks.add(callback);
  if (callbacks.size === 1) {
    callTheirs(() => {
      signal.addEventListener('abort', listener, once);
    });
  }
  return () => {
    if (!callbacks.delete(callback) || callbacks.size > 0) return;
    callTheirs(() => {
      signal.removeEventListener('abort', listener);
    });
  };
}
