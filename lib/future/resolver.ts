import { types } from 'node:util';

// eslint-disable-next-line @typescript-eslint/unbound-method -- called on functions
const { toString } = Function.prototype;

/** What the language says of a function that resolves or rejects a promise: it has no name, either. */
const source = toString.call(resolverOf());

function resolverOf(): (value: unknown) => void {
  let resolver!: (value: unknown) => void;
  void new Promise((resolve) => (resolver = resolve));
  return resolver;
}

/**
 * Whether this is a function that resolves a promise, as `await` passes to `then`. It may be
 * called on the spot, since `await` calls `then` in a microtask of its own, and what it resolves goes
 * on in another; it would be wrong with any other callback.
 */
export function isResolver(callback: unknown): callback is (value: unknown) => void {
  return (
    typeof callback === 'function' &&
    !types.isProxy(callback) &&
    toString.call(callback) === source &&
    callback.name === ''
  );
}
