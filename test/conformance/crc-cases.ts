import type { CrcOptions } from './reference';
import type { Vector } from './vectors';

const booleans = [true, false] as const;

/** All combinations of the flags. */
export const variants: readonly CrcOptions[] = booleans.flatMap((reflectValue) =>
  booleans.map((reflectData) => ({ reflectValue, reflectData })),
);

export const seeds: readonly number[] = [0, 1, 0x8000_0000, 0xffff_ffff, 0x1234_5678];

export const optionsOf = ({ seed, flags }: Vector): Required<CrcOptions> => ({
  seed,
  reflectValue: !flags.includes('bypassReflection'),
  reflectData: !flags.includes('bypassDataReflection'),
});
