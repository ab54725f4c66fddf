import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readList, type Target } from './compile';

/**
 * Where Intel DML is installed, as `DML_ROOT` says; undefined where it says nothing, and on systems
 * that have no DML.
 *
 * @throws Error when it is not there
 */
export function intelDmlRoot(): string | undefined {
  const named = process.env['DML_ROOT'] ?? '';
  if (named === '' || process.platform !== 'linux') return undefined;
  const root = resolve(named);
  const header = join(root, 'include/dml/dml.h');
  if (existsSync(header)) return root;
  throw new Error(
    `DML_ROOT is '${named}', but there is no ${header}: ` +
      'let it name the prefix that Intel DML was installed to, or unset it',
  );
}

/** What the native code that works with Intel DML is made of: nothing without one. */
export function intelDml(root: string): Pick<Target, 'sources' | 'compileFlags' | 'linkFlags'> {
  const installed = intelDmlRoot();
  if (installed === undefined) return { sources: [], compileFlags: [], linkFlags: [] };
  return {
    sources: readList(root, 'intel_dml/sources.txt'),
    compileFlags: ['-DDATAMOVER_INTEL_DML', '-isystem', join(installed, 'include')],
    linkFlags: [
      `-L${join(installed, 'lib')}`,
      `-L${join(installed, 'lib64')}`,
      ...readList(root, 'intel_dml/link_flags.txt'),
    ],
  };
}
