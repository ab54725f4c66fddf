import type { Future } from '../future/future';
import type { DataOperations } from '../movers/data-operations';
import type { OpOptions } from '../movers/options';
import { JobFlag, type JobOperation } from './constants';
import type { JobFields } from './fields';
import type { Operand, Rule } from './rules';
import { JobStatus } from './status';

/** An operation that is under way for a job. */
export interface Begun {
  readonly future: Future<unknown>;
  /** Of a future that is complete: writes the job's output fields. @throws what it failed with */
  readonly take: (job: JobFields) => JobStatus;
}

/** What jobs of one operation take and do. */
export interface Row {
  readonly operation: JobOperation;
  /** Flags that it has. */
  readonly flags: number;
  /** In DML's order: the first that is not kept is the answer. */
  readonly rules: readonly Rule[];
  /** @param fields - as the rules have seen them */
  readonly begin: (fields: JobFields, operations: DataOperations, options: OpOptions) => Begun;
}

export type Rows = readonly Row[];

export const begun = <T>(
  future: Future<T>,
  take: (output: T, job: JobFields) => JobStatus = () => JobStatus.Ok,
): Begun => ({ future, take: (job) => take(future.output, job) });

export const has = ({ flags }: JobFields, flag: number): boolean => (flags & flag) !== 0;

export const source: Operand = { pointer: 'sourceFirst', size: (f) => f.sourceLength };
export const second: Operand = { pointer: 'sourceSecond', size: (f) => f.sourceLength };
/** A destination with as many bytes as the source, and another. */
export const copied: Operand = { pointer: 'destinationFirst', size: (f) => f.sourceLength };
export const twice: Operand = { pointer: 'destinationSecond', size: (f) => f.sourceLength };
/** One with a length of its own. */
export const destination: Operand = {
  pointer: 'destinationFirst',
  size: (f) => f.destinationLength,
};

/** General flags of operations that write memory. */
export const writes =
  JobFlag.BlockOnFault |
  JobFlag.PrefetchCache |
  JobFlag.Readback |
  JobFlag.Destination1Durable |
  JobFlag.Address2Tcb;
