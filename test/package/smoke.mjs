// Uses the package that is installed in the current directory, by import.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import check from './smoke-check.cjs';

// An import is resolved from the file it stands in, so the file has to stand in the project.
const face = join(process.cwd(), 'import.mjs');
writeFileSync(face, "export * from 'datamover';\n");
check(await import(pathToFileURL(face).href), 'import');
