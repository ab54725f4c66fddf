import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';
import * as datamover from '../../lib';

// The guides for those who come from other libraries: what their tables say to write here has to be
// there, with arguments that the compiler accepts.

const root = join(__dirname, '..', '..');
const documents = ['docs/coming-from-dml.md', 'docs/coming-from-miniasync.md'];
const ours = ['job', 'operations', 'here'];

interface Code {
  readonly document: string;
  readonly line: number;
  readonly code: string;
}

const cellsOf = (line: string): string[] => line.split(/(?<!\\)\|/).slice(1, -1);
const codesOf = (text: string): string[] =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);

/** What stands in backticks in the columns that are about this library. */
function codesIn(document: string): Code[] {
  const found: Code[] = [];
  let columns: number[] = [];
  const lines = readFileSync(join(root, document), 'utf8').split('\n');
  lines.forEach((text, index) => {
    if (!text.startsWith('|')) columns = [];
    const cells = cellsOf(text);
    if (columns.length === 0) {
      columns = cells.flatMap((cell, column) => (ours.includes(cell.trim()) ? [column] : []));
      return;
    }
    for (const column of columns) {
      for (const code of codesOf(cells[column]!)) found.push({ document, line: index + 1, code });
    }
  });
  return found;
}

/** What the examples in tables are about. */
const declarations = `
declare const mover: Mover, job: Job, copy: Future<Buffer>, runtime: Runtime, error: MoverError;
declare const src: Buffer, dst: Buffer, dst2: Buffer, a: Buffer, b: Buffer, range: Buffer;
declare const before: Buffer, after: Buffer, record: Buffer, pattern: bigint, seed: number;
declare const i: number, n: number, fields: Partial<JobFields>, path: JobPath;
declare const source: DifSource, target: DifTarget, build: (batch: BatchBuilder) => void;
declare const batch: BatchBuilder, notifier: Notifier, wake: () => void, value: number;
declare const data: object, task: Task<object, number>, context: FutureContext<object, number>;
declare const state: object, entries: Entry<object>[], next: NextEntry, backend: MoverBackend;
declare const map: NonNullable<Entry<object>['map']>, init: NonNullable<Entry<object>['init']>;
declare const step: (bytes: Buffer) => number;
`;

const index = join(root, 'lib', 'index.ts');
const file = join(root, 'lib', 'tables.ts');

/** Those that are neither a name of the package nor an expression that compiles, and why. */
function wrong(codes: readonly Code[]): string[] {
  const names = exportedNames();
  const rest = codes.filter(({ code }) => !names.includes(code));
  const text = [
    `import { ${names.filter((name) => name !== 'mover').join(', ')} } from './index';`,
    ...declarations.trim().split('\n'),
    'export async function tables(): Promise<void> { await copy;',
    ...rest.map(({ code }) => `void (${code});`),
    '}',
  ];
  const first = text.length - 1 - rest.length;
  const program = programOf(text.join('\n'));
  const source = program.getSourceFile(file)!;
  const diagnostics = [
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
  ];
  return diagnostics.map(({ start, messageText }) => {
    const what = rest.at(source.getLineAndCharacterOfPosition(start!).line - first)!;
    const why = ts.flattenDiagnosticMessageText(messageText, ' ');
    return `${what.document}:${what.line}: ${what.code}: ${why}`;
  });
}

/** Values and types. */
function exportedNames(): string[] {
  const source = ts.createSourceFile(index, readFileSync(index, 'utf8'), ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement)) return [];
    const clause = statement.exportClause as ts.NamedExports;
    return clause.elements.map(({ name }) => name.text);
  });
}

/** Of the one file, which is nowhere but here. */
function programOf(text: string): ts.Program {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (name) =>
    ts.sys.readFile(name),
  ) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root, { types: ['node'] });
  options.noUnusedLocals = false;
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, ...more) =>
    name === file ? ts.createSourceFile(name, text, more[0]) : getSourceFile(name, ...more);
  return ts.createProgram([file], options, host);
}

const errorCodes = new Set(
  readFileSync(join(root, 'lib', 'errors.ts'), 'utf8').match(/\bERR_\w+/g),
);

test('every expression of the tables compiles', () => {
  const codes = documents.flatMap(codesIn).filter(({ code }) => !code.startsWith('ERR_'));
  expect(codes.length).toBeGreaterThan(300);
  // What does not compile is found.
  const faults = ['mover.copy(dst)', 'JobStatus.Fine', 'Nothing', "mover.nop({ path: 'fast' })"];
  const found = wrong([...codes, ...faults.map((code) => ({ document: 'here', line: 0, code }))]);
  expect(found.filter((each) => !each.startsWith('here:0'))).toEqual([]);
  expect(found).toHaveLength(faults.length);
}, 60_000);

test('every error code of the tables is one', () => {
  const codes = documents.flatMap((document) => {
    const text = readFileSync(join(root, document), 'utf8');
    return [...text.matchAll(/`(ERR_\w+)`/g)].map(([, code]) => code!);
  });
  expect(codes.length).toBeGreaterThan(40);
  expect(codes.filter((code) => !errorCodes.has(code))).toEqual([]);
});

test('every constant of the job interface has its row', () => {
  const text = readFileSync(join(root, documents[0]!), 'utf8');
  const constants = Object.entries(datamover).filter(
    ([name, value]) => name.startsWith('Job') && typeof value === 'object',
  );
  expect(constants.length).toBeGreaterThan(6);
  const names = constants.flatMap(([name, value]) =>
    Object.keys(value).map((key) => `${name}.${key}`),
  );
  expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
