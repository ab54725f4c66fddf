import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A program that takes a compiler's arguments, notes them, and makes the file that `-o` names. */
export class FakeCompiler {
  readonly directory = mkdtempSync(join(tmpdir(), 'datamover-compiler-'));
  readonly program = join(this.directory, 'fake-c++');
  readonly #log = join(this.directory, 'log');

  /** @param refuses - fails at any source of this name */
  constructor(refuses = 'nothing') {
    const script = `#!/bin/sh
      case " $* " in *" --version "*) exit 0 ;; esac
      echo "$*" >> '${this.#log}'
      case " $* " in *" ${refuses} "*) exit 1 ;; esac
      for argument; do
        if [ "$before" = -o ]; then printf %s "$*" > "$argument"; fi
        before=$argument
      done`;
    writeFileSync(this.#log, '');
    writeFileSync(this.program, script);
    chmodSync(this.program, 0o755);
  }

  /** The arguments of each call. */
  get calls(): string[][] {
    const lines = readFileSync(this.#log, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => line.split(' '));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
