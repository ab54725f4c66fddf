import { Opcode } from '../abi/descriptor';
import type { Range } from '../memory/range';
import { copy } from '../operations/copy';
import { crc32c } from '../operations/crc32c';
import { givesDestination, type Operands, type OpName } from '../operations/operation';
import type { Scratch } from './sequence-scratch';
import type { Step } from './sequence-step';

/** Steps that are planned together. */
export interface Stretch {
  readonly steps: readonly Step[];
  readonly scratch: Scratch;
  /** Operations of the engine. */
  readonly able: ReadonlySet<OpName>;
  /** Index of the first step behind them. */
  readonly end: number;
}

/** What reads scratch memory reads the bytes where they were copied from, if they are still there. */
export function forward(stretch: Stretch): void {
  for (const step of stretch.steps) {
    for (const name of step.sources()) {
      const range = step.operands[name]!;
      if (!stretch.scratch.has(range)) continue;
      const origin = originOf(stretch.steps, step, range);
      const operands = origin && step.with({ [name]: origin });
      if (operands !== undefined) step.become(operands);
    }
  }
}

function originOf(steps: readonly Step[], reader: Step, range: Range): Range | undefined {
  const before = steps.slice(0, steps.indexOf(reader));
  const last = before.findLastIndex((step) => step.changes(range));
  if (last < 0 || !before[last].agrees(reader)) return undefined;
  const origin = before[last].originOf(range);
  if (origin === undefined) return undefined;
  const stays = before.slice(last + 1).every((step) => !step.changes(origin));
  return stays ? origin : undefined;
}

/** What is written to scratch memory, and read by nobody, is not written. */
export function dropUnread(stretch: Stretch): void {
  for (const [at, step] of [...stretch.steps.entries()].reverse()) {
    const read = step.writes.filter((range) => !isUnread(stretch, at, range));
    if (read.length < step.writes.length) narrow(step, read, stretch.able);
  }
}

function isUnread({ steps, scratch, end }: Stretch, at: number, range: Range): boolean {
  if (!scratch.has(range)) return false;
  const behind = steps.slice(at + 1);
  const next = behind.find((step) => step.reads(range) || step.replaces(range));
  return next === undefined ? !scratch.isUsedFrom(end, range) : !next.reads(range);
}

/** The step without its other destinations; nothing, if that is all it did. */
function narrow(step: Step, kept: readonly Range[], able: Stretch['able']): void {
  const { operands, opcode } = step;
  if (opcode === Opcode.CopyCrc) {
    const operation = crc32c as unknown as Operands['operation'];
    if (able.has('crc32c')) step.become({ ...operands, operation, destination: null });
  } else if (kept.length > 0) {
    const single = { operation: copy, destination: kept[0], second: null };
    if (able.has('copy')) step.become({ ...operands, ...single });
  } else if (givesDestination(operands.operation) && !step.decides) {
    step.leaveTo(undefined);
  }
}
