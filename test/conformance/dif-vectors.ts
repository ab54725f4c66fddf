import type { DifBlock, DifEscape, DifOptions, DifSource, DifTarget } from '../../lib';

/** What golden cases say of integrity fields, and what the library calls it. */

export interface Tags {
  readonly refTag: number;
  readonly appTag: number;
  /** As in a descriptor: a set bit is ignored. */
  readonly appTagMask: number;
  readonly flags: readonly string[];
}

/** A request that has to do with fields. */
export interface DifRequest {
  readonly op: string;
  readonly dif: { readonly blockSize: DifBlock; readonly flags: readonly string[] };
  readonly source?: Tags;
  readonly destination?: Tags;
}

const tagsOf = ({ refTag, appTag, appTagMask, flags }: Tags): DifTarget => ({
  refTag,
  appTag,
  appMask: ~appTagMask & 0xffff,
  appMode: flags.includes('incrementAppTag') ? 'increment' : 'fixed',
  refMode: flags.includes('fixedRefTag') ? 'fixed' : 'increment',
});

const escapes: readonly [string, DifEscape][] = [
  ['allFDetect', 'all-f'],
  ['appTagFDetect', 'app-ffff'],
  ['appRefTagFDetect', 'app-ref-ffff'],
];

/** The flag that makes all-ones an error does nothing alone, and the library refuses it then. */
export function sourceOf(tags: Tags): DifSource {
  const { flags } = tags;
  return {
    ...tagsOf(tags),
    checkGuard: !flags.includes('disableGuardCheck'),
    checkRef: !flags.includes('disableRefTagCheck'),
    escape: escapes.filter(([flag]) => flags.includes(flag)).map(([, escape]) => escape),
    escapeIsError: flags.includes('enableAllFDetectError') && flags.includes('allFDetect'),
  };
}

export const targetOf = (tags: Tags): DifTarget => ({
  ...tagsOf(tags),
  passGuard: tags.flags.includes('passGuard'),
  passApp: tags.flags.includes('passAppTag'),
  passRef: tags.flags.includes('passRefTag'),
});

export const optionsOf = ({ dif }: DifRequest): DifOptions => ({
  block: dif.blockSize,
  invertSeed: dif.flags.includes('invertCrcSeed'),
  invertResult: dif.flags.includes('invertCrcResult'),
});

/** Bytes of a block in source and destination. */
export function units({ op, dif }: DifRequest): [source: number, destination: number] {
  const field = dif.blockSize + 8;
  return [op === 'dif-insert' ? dif.blockSize : field, op === 'dif-strip' ? dif.blockSize : field];
}
