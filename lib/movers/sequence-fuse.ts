import { Opcode } from '../abi/descriptor';
import { copyCrc32c } from '../operations/crc32c';
import type { Operands } from '../operations/operation';
import type { Stretch } from './sequence-elide';
import { equal, type Step } from './sequence-step';

/** A copy, and the CRC of what it copies, are one operation. */
export function fuse({ steps, able }: Stretch): void {
  if (!able.has('copyCrc32c')) return;
  const operation = copyCrc32c as unknown as Operands['operation'];
  for (const [at, crc] of steps.entries()) {
    const { flags, extra, length } = crc.operands;
    if (crc.opcode !== Opcode.Crc || length === 0) continue;
    const copy = copyBefore(steps, at) ?? copyBehind(steps, at);
    if (copy === undefined) continue;
    copy.become({ ...copy.operands, operation, flags, extra, value: undefined });
    crc.leaveTo(copy);
  }
}

/** The copy whose place the CRC can take, as the bytes are the same then. */
function copyBefore(steps: readonly Step[], at: number): Step | undefined {
  const bytes = steps[at].operands.source!;
  for (let before = at - 1; before >= 0; before--) {
    const step = steps[before];
    if (step.copies && step.agrees(steps[at])) {
      const { source, destination } = step.operands;
      if (equal(source!, bytes) || equal(destination!, bytes)) return step;
    }
    if (step.decides || step.changes(bytes)) return undefined;
  }
  return undefined;
}

function copyBehind(steps: readonly Step[], at: number): Step | undefined {
  const bytes = steps[at].operands.source!;
  for (let behind = at + 1; behind < steps.length; behind++) {
    const step = steps[behind];
    if (step.copies && step.agrees(steps[at]) && equal(step.operands.source!, bytes)) return step;
    if (step.decides || step.changes(bytes)) return undefined;
  }
  return undefined;
}
