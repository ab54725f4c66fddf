import { illegalConstructor } from './errors';

/**
 * Takes the constructor of an internal class from the programs that are given objects of it. Whoever
 * can call it can hand in what he likes in place of the library's own objects, and is handed theirs:
 * ranges, rings, descriptors.
 *
 * What they find as `constructor` has the name and the prototype of the class, and throws a `TypeError`
 * `ERR_ILLEGAL_CONSTRUCTOR` however it is called, as that of a class derived from it does. The class
 * itself stays as it is. One that is derived from an internal class has a `constructor` of its own, and
 * is to be concealed, too; one that the package exports must not be derived from any that may not be
 * constructed, since its prototype is that class.
 *
 * @param how - what makes objects of the class, for the message
 */
export function conceal({ name, prototype }: ClassOf, how: string): void {
  const value = function (): never {
    throw illegalConstructor(name, how);
  };
  Object.defineProperty(value, 'name', { value: name });
  Object.defineProperty(value, 'prototype', { value: prototype, writable: false });
  Object.defineProperty(prototype, 'constructor', { value });
}

interface ClassOf {
  readonly name: string;
  readonly prototype: object;
}
