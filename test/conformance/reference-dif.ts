import type {
  DifEscape,
  DifMismatch,
  DifOptions,
  DifResult,
  DifSource,
  DifTags,
  DifTarget,
} from '../../lib';

const FIELD = 8;

interface Field {
  guard: number;
  app: number;
  ref: number;
}

/** CRC-16 with the polynomial 0x8bb7, one bit at a time. */
function guardOf(block: Uint8Array, { invertSeed, invertResult }: DifOptions): number {
  let register = invertSeed ? 0xffff : 0;
  for (const byte of block) {
    register ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) {
      register = ((register << 1) ^ (register & 0x8000 ? 0x8bb7 : 0)) & 0xffff;
    }
  }
  return invertResult ? register ^ 0xffff : register;
}

function read(bytes: Uint8Array): Field {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { guard: view.getUint16(0), app: view.getUint16(2), ref: view.getUint32(4) };
}

function write(bytes: Uint8Array, { guard, app, ref }: Field): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint16(0, guard);
  view.setUint16(2, app);
  view.setUint32(4, ref);
}

/** The tags of block `index`. */
function tagsOf(tags: DifTags, index: number): { app: number; ref: number } {
  const { appTag = 0, refTag = 0, appMode, refMode } = tags;
  return {
    app: (appTag + (appMode === 'increment' ? index : 0)) & 0xffff,
    ref: (refTag + (refMode === 'fixed' ? 0 : index)) >>> 0,
  };
}

const escapes: Readonly<Record<DifEscape, (field: Field) => boolean>> = {
  'app-ffff': ({ app }) => app === 0xffff,
  'app-ref-ffff': ({ app, ref }) => app === 0xffff && ref === 0xffff_ffff,
  'all-f': ({ guard, app, ref }) => guard === 0xffff && app === 0xffff && ref === 0xffff_ffff,
};

function mismatches(
  block: Uint8Array,
  field: Field,
  source: DifSource,
  index: number,
  layout: DifOptions,
): DifMismatch[] {
  const { appMask = 0xffff, checkGuard = true, checkRef = true, escape = [] } = source;
  if (source.escapeIsError && escapes['all-f'](field)) return ['all-f'];
  if (escape.some((each) => escapes[each](field))) return [];
  const expected = tagsOf(source, index);
  const wrong: DifMismatch[] = [];
  if (checkGuard && field.guard !== guardOf(block, layout)) wrong.push('guard');
  if (((field.app ^ expected.app) & appMask) !== 0) wrong.push('app');
  if (checkRef && field.ref !== expected.ref) wrong.push('ref');
  return wrong;
}

function make(
  block: Uint8Array,
  target: DifTarget,
  index: number,
  layout: DifOptions,
  from?: Field,
): Field {
  const { appMask = 0xffff, passGuard, passApp, passRef } = target;
  const { app, ref } = tagsOf(target, index);
  return {
    guard: from && passGuard ? from.guard : guardOf(block, layout),
    app: from && passApp ? from.app : app & appMask,
    ref: from && passRef ? from.ref : ref,
  };
}

/** Block by block, up to the first that is bad: what comes before it is written. */
function run(
  dst: Uint8Array | undefined,
  src: Uint8Array,
  source: DifSource | undefined,
  target: DifTarget | undefined,
  layout: DifOptions = {},
): DifResult {
  const { block: bytes = 512 } = layout;
  const unit = source === undefined ? bytes : bytes + FIELD;
  const written = target === undefined ? bytes : bytes + FIELD;
  for (let index = 0; index * unit < src.length; index++) {
    const block = src.subarray(index * unit, index * unit + bytes);
    const field = source && read(src.subarray(index * unit + bytes));
    const mismatch = field ? mismatches(block, field, source, index, layout) : [];
    if (mismatch.length > 0) return { ok: false, offset: index * unit, mismatch };
    const made = target && make(block, target, index, layout, field);
    dst?.set(block, index * written);
    if (dst && made) write(dst.subarray(index * written + bytes), made);
  }
  return { ok: true, offset: src.length, mismatch: [] };
}

/** Integrity fields, as plainly as possible. */
export const dif = {
  check: (src: Uint8Array, source: DifSource, o?: DifOptions) =>
    run(undefined, src, source, undefined, o),
  insert: (dst: Uint8Array, src: Uint8Array, target: DifTarget, o?: DifOptions) =>
    run(dst, src, undefined, target, o),
  strip: (dst: Uint8Array, src: Uint8Array, source: DifSource, o?: DifOptions) =>
    run(dst, src, source, undefined, o),
  update: (
    dst: Uint8Array,
    src: Uint8Array,
    source: DifSource,
    target: DifTarget,
    o?: DifOptions,
  ) => run(dst, src, source, target, o),
};
