// Runs test files in plain Node, where jest cannot: under an emulator for another processor.
//   node plain-run.js SUITE FILE...
// SUITE is what the names of the outermost suites begin with; other suites are left out.
import { expect } from 'expect';
import { resolve } from 'node:path';

type Body = () => unknown;

interface Suite {
  readonly name: string;
  readonly beforeAll: Body[];
  readonly beforeEach: Body[];
  readonly afterAll: Body[];
  readonly parts: (Suite | { readonly test: string; readonly body: Body })[];
}

const suiteOf = (name: string): Suite => ({
  name,
  beforeAll: [],
  beforeEach: [],
  afterAll: [],
  parts: [],
});

const [wanted = '', ...files] = process.argv.slice(2);
const root = suiteOf('');
let current = root;

function describe(name: string, body: () => void): void {
  const outer = current;
  if (outer === root && !name.startsWith(wanted)) return;
  current = suiteOf(`${outer.name} ${name}`);
  outer.parts.push(current);
  body();
  current = outer;
}

describe.skip = (name: string): void => {
  console.log(`skipped: ${name}`);
};

const test = (name: string, body: Body): void => {
  current.parts.push({ test: `${current.name} ${name}`, body });
};

test.each = (table: readonly unknown[]) => (name: string, body: (...row: unknown[]) => unknown) => {
  table.forEach((row, index) => {
    test(`${name} [${String(index)}]`, () =>
      body(...((Array.isArray(row) ? row : [row]) as unknown[])));
  });
};

Object.assign(globalThis, {
  describe,
  test,
  expect,
  beforeAll: (body: Body) => current.beforeAll.push(body),
  beforeEach: (body: Body) => current.beforeEach.push(body),
  afterAll: (body: Body) => current.afterAll.push(body),
});

const counts = { passed: 0, failed: 0 };

async function attempt(name: string, bodies: readonly Body[]): Promise<boolean> {
  try {
    for (const body of bodies) await body();
    return true;
  } catch (error) {
    console.log(`FAIL ${name}`);
    console.log(error);
    counts.failed++;
    return false;
  }
}

async function run(suite: Suite, outer: readonly Body[]): Promise<void> {
  const each = [...outer, ...suite.beforeEach];
  if (!(await attempt(suite.name, suite.beforeAll))) return;
  for (const part of suite.parts) {
    if (!('test' in part)) await run(part, each);
    else if (await attempt(part.test, [...each, part.body])) counts.passed++;
  }
  await attempt(suite.name, suite.afterAll);
}

async function main(): Promise<void> {
  for (const file of files) {
    const begun = Date.now();
    root.parts.length = 0;
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    require(resolve(file));
    await run(root, []);
    console.log(`${file} (${String(Math.round((Date.now() - begun) / 1000))} s)`);
  }
  console.log(`${String(counts.passed)} passed, ${String(counts.failed)} failed`);
  process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
}

void main();
