/**
 * Of the language, what memory safety rests on, as it was when the library was loaded. A program that
 * replaces it later, on the global object or on a prototype, is not handed descriptors, addresses or
 * ranges by that, and does not decide what passes as an offset.
 */
export const { Float64Array, Int32Array, Uint8Array, Uint32Array } = globalThis;
export const { isInteger, isSafeInteger } = Number;
export const { abs, ceil, clz32, floor, imul, log2, max, min } = Math;

type Getter<T> = (receiver: unknown) => T;

// eslint-disable-next-line @typescript-eslint/unbound-method -- bound here
const uncurry = Function.prototype.bind.bind(Function.prototype.call) as <T>(
  getter: () => T,
) => Getter<T>;

/** An accessor as a function of the object: a subclass or an own property must not speak for it. */
export function getter<T>(prototype: object, name: string): Getter<T> {
  return uncurry(accessor(prototype, name) as () => T);
}

export function accessor(prototype: object, name: string): () => unknown {
  return (Object.getOwnPropertyDescriptor(prototype, name) as { get: () => unknown }).get;
}

/** What all typed arrays have in common. */
export const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;

/** Elements of a typed array. */
export const lengthOf = getter<number>(typedArray, 'length');

/** Whether the property is the object's own. */
export const hasOwn = Object.hasOwn;

/** The object without a prototype: what it does not have, it has not, whatever Object.prototype says. */
export const bare = <T extends object>(object: T): T => Object.setPrototypeOf(object, null) as T;

/** A variable of the environment. What Object.prototype says is none, though `process.env` would give it. */
export const environment = (name: string): string | undefined =>
  hasOwn(process.env, name) ? process.env[name] : undefined;
