import { readdirSync } from 'node:fs';
import { join } from 'node:path';

// The suite as one file: to load the library for each of its files takes as long as the tests.
const folder = join(__dirname, '..', '..', 'conformance');
for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
  if (!name.endsWith('.test.ts')) continue;
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  describe(name, () => void require(join(folder, name)));
}
