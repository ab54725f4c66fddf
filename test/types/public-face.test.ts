import { join, relative } from 'node:path';
import * as ts from 'typescript';

// The declarations that the package has: nothing in them may be `any`, which would switch off the
// checks of the programs that use them.

const root = join(__dirname, '..', '..');

/** What the compiler writes for lib/index.ts and all that this needs: path → text. */
function declarations(): Map<string, string> {
  const path = join(root, 'tsconfig.build.json');
  const { config } = ts.readConfigFile(path, (name) => ts.sys.readFile(name)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const files = new Map<string, string>();
  const program = ts.createProgram([join(root, 'lib', 'index.ts')], {
    ...options,
    noEmitOnError: false,
    emitDeclarationOnly: true,
    noCheck: true,
  });
  program.emit(undefined, (name, text) => files.set(relative(root, name), text));
  return files;
}

/** Where the text has a type `any`, with the declaration around it. */
function anyIn(name: string, text: string): string[] {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(`${name}: ${node.parent.getText()}`);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

test('any is found where there is one', () => {
  const text = 'export declare function f(a: any): Promise<any>; export type T = { m(): any[] };';
  expect(anyIn('x.d.ts', text)).toHaveLength(3);
  expect(anyIn('x.d.ts', 'export type many = "any"; // any')).toEqual([]);
});

test('no declaration of the package is, or contains, any', () => {
  const files = declarations();
  expect([...files].flatMap(([name, text]) => anyIn(name, text))).toEqual([]);
  expect(files.has(join('dist', 'index.d.ts'))).toBe(true);
  expect(files.get(join('dist', 'future', 'chain.d.ts'))).toContain('next<');
});
