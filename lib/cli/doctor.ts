import { styleText } from 'node:util';
import { deviceModelRoot } from '../devices/checks';
import { diagnose } from '../devices/diagnose';
import type { Finding } from '../devices/finding';

const marks = { ok: ['ok', 'green'], warn: ['note', 'yellow'], error: ['FAIL', 'red'] } as const;

/**
 * `datamover doctor`: prints the diagnosis.
 *
 * @returns 0: usable hardware; 1: software only; 2: something is broken
 */
export async function doctor(json: boolean): Promise<number> {
  const diagnosis = await diagnose();
  const { usable, findings } = diagnosis;
  if (json) console.log(JSON.stringify(diagnosis, null, 2));
  else print(findings, usable);
  if (usable) return 0;
  return findings.some(({ level }) => level === 'error') ? 2 : 1;
}

function print(findings: readonly Finding[], usable: boolean): void {
  for (const { level, what, meaning, remedy } of findings) {
    const [mark, colour] = marks[level];
    const shown = process.stdout.isTTY ? styleText(colour, mark.padEnd(4)) : mark.padEnd(4);
    console.log(`${shown}  ${what}${meaning === undefined ? '' : `: ${meaning}`}`);
    if (remedy !== undefined) console.log(`      -> ${remedy}`);
  }
  console.log();
  const queues = deviceModelRoot() === undefined ? 'Work queues' : 'Work queues of a device model';
  console.log(
    usable ? `${queues} can be used.` : 'No work queue can be used: operations run in software.',
  );
}
