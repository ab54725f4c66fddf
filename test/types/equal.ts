/**
 * Whether the two types are the same; `any` is the same as nothing else. The compiler takes the two
 * functions for the same only if `A` and `B` are exactly the same.
 */
export type Equal<A, B> =
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

interface Type<Expected> {
  /** Compiles when the type of the value is what is expected, exactly. */
  of<Actual>(
    value: Actual,
    ...same: Equal<Actual, Expected> extends true ? [] : ['the types differ', Actual, Expected]
  ): void;
}

/** Compiled, never run. */
export declare function type<Expected>(): Type<Expected>;

declare const values: {
  number: number;
  union: number | string;
  plain: { a: 1 };
  unknown: unknown;
  // What must not pass for another.
  any: any;
  anys: any[];
};

type<number>().of(values.number);
type<number | string>().of(values.union);
type<Record<'a', 1>>().of(values.plain);
// @ts-expect-error -- a part of a union
type<number>().of(values.union);
// @ts-expect-error -- more than there is
type<number | string>().of(values.number);
// @ts-expect-error -- one of them cannot be written
type<{ readonly a: 1 }>().of(values.plain);
// @ts-expect-error -- any, for something
type<number>().of(values.any);
// @ts-expect-error -- any, for unknown
type<unknown>().of(values.any);
// @ts-expect-error -- any, for never
type<never>().of(values.any);
// @ts-expect-error -- unknown, for any
type<typeof values.any>().of(values.unknown);
// @ts-expect-error -- any within
type<number[]>().of(values.anys);
