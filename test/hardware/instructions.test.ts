import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const addon = resolve(__dirname, '../../build/Release/datamover.node');
const disassembly = spawnSync('objdump', ['-d', addon], {
  encoding: 'utf8',
  maxBuffer: 2 ** 28,
});

/** Why the binary cannot be looked at here; undefined where it can. */
function obstacle(): string | undefined {
  if (process.arch !== 'x64') return `${process.arch} has none of them`;
  return disassembly.status === 0 ? undefined : 'objdump does not read it';
}

// They are written as bytes, which any assembler takes; a disassembler that knows them has to agree.
const instructions: readonly [name: string, text: RegExp][] = [
  ['MOVDIR64B', /\t66 0f 38 f8 02 +\tmovdir64b \(%rdx\),%rax$/m],
  ['ENQCMD, and its answer', /\tf2 0f 38 f8 02 +\tenqcmd \(%rdx\),%rax\n.*\tsete? +%\w+$/m],
  ['UMONITOR', /\tf3 0f ae f0 +\tumonitor %rax$/m],
  ['UMWAIT', /\tf2 0f ae f1 +\tumwait %ecx$/m],
  ['SFENCE', /\tsfence$/m],
];

const why = obstacle();
const testWith = why === undefined ? test.each(instructions) : test.skip.each(instructions);

testWith(
  `%s is what it was meant to be${why === undefined ? '' : ` (skipped: ${why})`}`,
  (_, text) => {
    expect(disassembly.stdout).toMatch(text);
  },
);
