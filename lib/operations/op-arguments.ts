import type { DeltaOutcome } from './delta';
import type { DifLayout, DifSource, DifTarget } from './dif-fields';

interface Transfer {
  readonly dst: Buffer;
  readonly src: Buffer;
}

interface Crc {
  readonly src: Buffer;
  readonly seed: number;
  readonly reflectValue: boolean;
  readonly reflectData: boolean;
}

interface Dif {
  readonly src: Buffer;
  /** How fields are checked, and how they are made, where the operation does so. */
  readonly source: DifSource;
  readonly target: DifTarget;
  readonly layout: DifLayout;
}

interface Expectation {
  readonly expect: 'equal' | 'different' | undefined;
}

/** What each operation works on, checked, with the same names as in messages. */
export interface OpArguments {
  readonly copy: Transfer;
  readonly move: Transfer;
  /** The pattern is eight bytes in little-endian order. */
  readonly fill: { readonly dst: Buffer; readonly pattern: bigint };
  readonly dualcast: { readonly dsts: readonly [Buffer, Buffer]; readonly src: Buffer };
  readonly compare: Expectation & { readonly a: Buffer; readonly b: Buffer };
  readonly comparePattern: Expectation & { readonly a: Buffer; readonly pattern: bigint };
  readonly equals: { readonly a: Buffer; readonly b: Buffer };
  readonly crc32c: Crc;
  readonly copyCrc32c: Crc & Transfer;
  readonly createDelta: {
    readonly before: Buffer;
    readonly after: Buffer;
    readonly record: Buffer;
    readonly expect: readonly DeltaOutcome[] | undefined;
  };
  readonly applyDelta: { readonly target: Buffer; readonly record: Buffer };
  readonly difCheck: Dif;
  readonly difInsert: Dif & { readonly dst: Buffer };
  readonly difStrip: Dif & { readonly dst: Buffer };
  readonly difUpdate: Dif & { readonly dst: Buffer };
  readonly flush: { readonly range: Buffer; readonly keep: boolean };
  readonly nop: object;
  readonly drain: { readonly readback: readonly Buffer[] };
}
