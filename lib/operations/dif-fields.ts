import { DifFlag, DifSourceFlag, DifTargetFlag } from '../abi/descriptor';
import {
  checkBoolean,
  checkChoice,
  checkInteger,
  checkNames,
  checkObject,
  isArray,
} from '../check';
import { describe, typeError } from '../errors';

/** Bytes of data in a block. */
export type DifBlock = 512 | 520 | 4096 | 4104;

/** The tags of the first block, and how they go on. */
export interface DifTags {
  /** Application tag, 16 bits. Default 0. */
  readonly appTag?: number;
  /** Bits of the application tag that count; others are not compared, and written as 0. Default 0xffff. */
  readonly appMask?: number;
  /** Reference tag, 32 bits. Default 0. */
  readonly refTag?: number;
  /** Whether the application tag grows by one with each block. Default `fixed`. */
  readonly appMode?: 'fixed' | 'increment';
  /** Whether the reference tag does. Default `increment`. */
  readonly refMode?: 'fixed' | 'increment';
}

/** Fields that switch the check of their block off: by the application tag, by both, or all ones. */
export type DifEscape = 'app-ffff' | 'app-ref-ffff' | 'all-f';

/** How fields are checked. */
export interface DifSource extends DifTags {
  /** Default true. */
  readonly checkGuard?: boolean;
  /** Default true. */
  readonly checkRef?: boolean;
  readonly escape?: readonly DifEscape[];
  /** With `all-f` among `escape`: such a field is a mismatch. */
  readonly escapeIsError?: boolean;
}

/** How fields are made. What is passed is taken from the field in the source, by `update` alone. */
export interface DifTarget extends DifTags {
  readonly passGuard?: boolean;
  readonly passApp?: boolean;
  readonly passRef?: boolean;
}

/** How blocks are laid out, and guards computed: CRC-16 with the polynomial 0x8bb7. */
export interface DifLayout {
  /** Default 512. */
  readonly block?: DifBlock;
  /** Guards start from 0xffff rather than from 0. */
  readonly invertSeed?: boolean;
  readonly invertResult?: boolean;
}

/** Tags and how they go on, as they stand in a descriptor. */
export interface TagWords {
  readonly flags: number;
  readonly reference: number;
  /** The mask in bits 15:0, complemented, and the tag in 31:16. */
  readonly application: number;
}

export const noTags: TagWords = { flags: 0, reference: 0, application: 0 };

/** By how a descriptor says them. */
export const blocks: readonly DifBlock[] = [512, 520, 4096, 4104];
const modes = ['fixed', 'increment'] as const;
const tagNames = ['appTag', 'appMask', 'refTag', 'appMode', 'refMode'];
const sourceNames = [...tagNames, 'checkGuard', 'checkRef', 'escape', 'escapeIsError'];
const targetNames = [...tagNames, 'passGuard', 'passApp', 'passRef'];

const escapes: Readonly<Record<DifEscape, number>> = {
  'app-ffff': DifSourceFlag.ApplicationFDetect,
  'app-ref-ffff': DifSourceFlag.ApplicationReferenceFDetect,
  'all-f': DifSourceFlag.AllFDetect,
};

function tagWords(name: string, tags: DifTags, flags: number): TagWords {
  const { appTag = 0, appMask = 0xffff, refTag = 0, appMode, refMode } = tags;
  const ignored = ~checkInteger(`${name}.appMask`, appMask, 0xffff) & 0xffff;
  const increments = checkChoice(`${name}.appMode`, appMode, modes) === 'increment';
  const fixed = checkChoice(`${name}.refMode`, refMode, modes) === 'fixed';
  return {
    flags:
      flags |
      (increments ? DifSourceFlag.ApplicationIncrements : 0) |
      (fixed ? DifSourceFlag.ReferenceFixed : 0),
    reference: checkInteger(`${name}.refTag`, refTag, 0xffff_ffff),
    application: ignored | (checkInteger(`${name}.appTag`, appTag, 0xffff) << 16),
  };
}

/** The flag where the option says so. */
const flagIf = (name: string, option: unknown, says: boolean, flag: number): number =>
  checkBoolean(name, option) === says ? flag : 0;

/** @throws TypeError, RangeError */
export function sourceWords(source: DifSource): TagWords {
  checkObject('source', source, false);
  checkNames(source, sourceNames);
  const { checkGuard, checkRef, escape = [], escapeIsError } = source;
  if (!isArray(escape)) {
    const text = `source.escape must be an array; got ${describe(escape)}`;
    throw typeError('ERR_INVALID_ARG_TYPE', text);
  }
  let flags = 0;
  for (const each of escape as unknown[]) {
    const names = Object.keys(escapes) as DifEscape[];
    flags |= escapes[checkChoice('source.escape', each ?? null, names)!];
  }
  flags |= flagIf('source.escapeIsError', escapeIsError, true, DifSourceFlag.AllFError);
  if ((flags & DifSourceFlag.AllFError) !== 0 && (flags & DifSourceFlag.AllFDetect) === 0) {
    const text = "source.escapeIsError needs 'all-f' among source.escape";
    throw typeError('ERR_INVALID_ARG_VALUE', text);
  }
  flags |= flagIf('source.checkGuard', checkGuard, false, DifSourceFlag.NoGuardCheck);
  flags |= flagIf('source.checkRef', checkRef, false, DifSourceFlag.NoReferenceCheck);
  return tagWords('source', source, flags);
}

/** @param passes - whether there is a field in the source. @throws TypeError, RangeError */
export function targetWords(target: DifTarget, passes: boolean): TagWords {
  checkObject('target', target, false);
  checkNames(target, targetNames);
  const { passGuard, passApp, passRef } = target;
  const flags =
    flagIf('target.passGuard', passGuard, true, DifTargetFlag.PassGuard) |
    flagIf('target.passApp', passApp, true, DifTargetFlag.PassApplication) |
    flagIf('target.passRef', passRef, true, DifTargetFlag.PassReference);
  if (flags !== 0 && !passes) {
    const text = 'target: insert has no field in its source that it could pass';
    throw typeError('ERR_INVALID_ARG_VALUE', text);
  }
  return tagWords('target', target, flags);
}

/** The size of a block, and the flags. @throws TypeError */
export function layoutOf(layout: DifLayout): { block: DifBlock; flags: number } {
  const { block = 512, invertSeed, invertResult } = layout;
  const index = blocks.indexOf(block);
  if (index < 0) {
    const text = `block must be one of ${blocks.join(', ')}; got ${describe(block)}`;
    throw typeError('ERR_INVALID_ARG_VALUE', text);
  }
  const flags =
    index |
    flagIf('invertSeed', invertSeed, true, DifFlag.InvertSeed) |
    flagIf('invertResult', invertResult, true, DifFlag.InvertResult);
  return { block, flags };
}
