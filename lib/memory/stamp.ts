import type { Range } from './range';

/** A class whose constructor returns the object it is given, so that a subclass can add to it. */
const Given = function (this: unknown, object: object) {
  return object;
} as unknown as new (object: object) => object;

/**
 * Attaches a range to a view that the caller owns, or to a region. A private field is neither visible
 * nor forgeable from outside, survives subclassing and frozen views, and is read as fast as a property.
 */
export class Stamp extends Given {
  #range: Range | undefined;

  private constructor(view: object, range: Range | undefined) {
    super(view);
    this.#range = range;
  }

  static set(view: object, range: Range | undefined): void {
    if (#range in view) view.#range = range;
    else {
      try {
        new Stamp(view, range);
      } catch {
        // Frozen, where that goes for private fields, too: native code is asked each time.
      }
    }
  }

  /** Undefined for what was not stamped, or is no object. */
  static readonly get = (view: unknown): Range | undefined => {
    try {
      return #range in (view as Stamp) ? (view as Stamp).#range : undefined;
    } catch {
      return undefined;
    }
  };
}
