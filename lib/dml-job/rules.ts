import { overlap, type Range } from '../memory/range';
import { resolve } from '../memory/resolve';
import { MAX_BYTES } from '../operations/arguments';
import { ENTRY, LEAST_ROOM, WINDOW, WORD } from '../operations/delta-record';
import { CONGRUENCE } from '../operations/dualcast';
import type { JobFields } from './fields';
import { JobStatus } from './status';

// The rules that DML's statuses tell apart. What else the operations check comes behind them.

type Pointer = 'sourceFirst' | 'sourceSecond' | 'destinationFirst' | 'destinationSecond';
type Length = 'sourceLength' | 'destinationLength';

/** Something of the fields, in bytes. */
export type Size = (fields: JobFields) => number;

/** Memory of an operation: the field that it is in, and how much of it. */
export interface Operand {
  readonly pointer: Pointer;
  readonly size: Size;
}

/** What is demanded, and what its breach is called. */
export interface Rule {
  readonly status: JobStatus;
  readonly demand: string;
  /** @throws TypeError for memory that cannot be used */
  readonly kept: (fields: JobFields) => boolean;
}

function rangeOf(fields: JobFields, { pointer }: Operand): Range | undefined {
  const bytes = fields[pointer] as unknown;
  return bytes === null || bytes === undefined ? undefined : resolve(bytes, pointer);
}

/** No memory has the address 0, as in C. */
export const addressOf = (fields: JobFields, operand: Operand): number =>
  rangeOf(fields, operand)?.address ?? 0;

const namesOf = (operands: readonly Operand[]): string =>
  operands.map(({ pointer }) => pointer).join(', ');

/** The memory of an operand, for the operation. */
export function bytesOf(fields: JobFields, operand: Operand): Buffer {
  return rangeOf(fields, operand)!.slice(0, operand.size(fields)).bytes;
}

export const given = (...operands: Operand[]): Rule => ({
  status: JobStatus.NullPointer,
  demand: `there is memory in ${namesOf(operands)}`,
  kept: (fields) => operands.every((operand) => addressOf(fields, operand) !== 0),
});

export const crcGiven: Rule = {
  status: JobStatus.NullPointer,
  demand: 'crcChecksum is a number',
  kept: ({ crcChecksum }) => typeof crcChecksum === 'number',
};

const isSize = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) <= MAX_BYTES;

export const sized = (...lengths: Length[]): Rule => ({
  status: JobStatus.LengthError,
  demand: `${lengths.join(', ')}: an integer from 1 to ${String(MAX_BYTES)}`,
  kept: (fields) => lengths.every((length) => isSize(fields[length])),
});

/** DML cannot look; here no byte beside the memory of a field is ever touched. */
export const contained = (...operands: Operand[]): Rule => ({
  status: JobStatus.LengthError,
  demand: `there are so many bytes in ${namesOf(operands)}`,
  kept: (fields) =>
    operands.every((each) => each.size(fields) <= (rangeOf(fields, each)?.length ?? 0)),
});

export const disjoint = (a: Operand, b: Operand): Rule => ({
  status: JobStatus.OverlapError,
  demand: `${a.pointer} and ${b.pointer} share no byte`,
  kept: (fields) => !overlapping(fields, a, b),
});

function overlapping(fields: JobFields, ...operands: [Operand, Operand]): boolean {
  const [a, b] = operands.map((operand) => ({
    address: addressOf(fields, operand),
    length: operand.size(fields),
  }));
  return overlap(a, b);
}

/** A rule for jobs with the flag. */
export const when = (flag: number, rule: Rule): Rule => ({
  ...rule,
  kept: (fields) => (fields.flags & flag) === 0 || rule.kept(fields),
});

export const congruent = (a: Operand, b: Operand): Rule => ({
  status: JobStatus.DualcastAlignError,
  demand: `${a.pointer} and ${b.pointer} agree modulo ${String(CONGRUENCE)}`,
  kept: (fields) => (addressOf(fields, a) - addressOf(fields, b)) % CONGRUENCE === 0,
});

export const aligned = (...operands: Operand[]): Rule => ({
  status: JobStatus.DeltaAlignError,
  demand: `the addresses of ${namesOf(operands)} are multiples of ${String(WORD)}`,
  kept: (fields) => operands.every((operand) => addressOf(fields, operand) % WORD === 0),
});

export const deltaSized = (length: Length): Rule => ({
  status: JobStatus.DeltaInputSizeError,
  demand: `${length}: a multiple of ${String(WORD)} up to ${String(WINDOW)}`,
  kept: (fields) => fields[length] % WORD === 0 && fields[length] <= WINDOW,
});

export const recordSized = (length: Length, least: 0 | typeof LEAST_ROOM): Rule => ({
  status: JobStatus.DeltaRecordSizeError,
  demand: `${length}: a multiple of ${String(ENTRY)}, at least ${String(least)}`,
  kept: (fields) => fields[length] % ENTRY === 0 && fields[length] >= least,
});
