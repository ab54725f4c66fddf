import type { CompareOptions, DeltaOptions } from '../movers/operation-options';
import type { CompareResult } from '../operations/compare';
import { outcomes } from '../operations/delta';
import { LEAST_ROOM, WORD } from '../operations/delta-record';
import { JobExpect, JobFlag, JobOperation } from './constants';
import type { JobFields } from './fields';
import { JobRefusal } from './refusal';
import { begun, destination, has, second, source, writes, type Rows } from './row';
import {
  aligned,
  bytesOf,
  contained,
  deltaSized,
  disjoint,
  given,
  recordSized,
  sized,
} from './rules';
import { JobStatus } from './status';

const { Address1Tcb, Address2Tcb, Address3Tcb, BlockOnFault, CheckResult } = JobFlag;

/** @throws JobRefusal for what is no combination of those */
function expectedBits({ expectedResult }: JobFields, all: number): number {
  if (Number.isInteger(expectedResult) && (expectedResult & ~all) === 0) return expectedResult;
  const text = `expectedResult ${String(expectedResult)} is no combination of JobExpect, up to ${String(all)}`;
  throw new JobRefusal(JobStatus.LimitsError, text);
}

/** 0 is "equal", as in DML's manual and in descriptors. */
function comparisonExpected(f: JobFields): Pick<CompareOptions, 'expect'> {
  if (!has(f, CheckResult)) return {};
  const bits = expectedBits(f, JobExpect.Equal | JobExpect.NotEqual);
  if (bits === (JobExpect.Equal | JobExpect.NotEqual)) return {};
  return { expect: bits === JobExpect.NotEqual ? 'different' : 'equal' };
}

function deltaExpected(f: JobFields): Pick<DeltaOptions, 'expect'> {
  if (!has(f, CheckResult)) return {};
  const bits = expectedBits(f, JobExpect.Equal | JobExpect.NotEqual | JobExpect.Overflow);
  return { expect: outcomes.filter((_, bit) => (bits >> bit) & 1) };
}

function takeComparison({ equal, offset, expected }: CompareResult, job: JobFields): JobStatus {
  job.result = equal ? 0 : 1;
  job.offset = equal ? 0 : offset;
  return expected ? JobStatus.Ok : JobStatus.FalsePredicate;
}

/** Jobs that compare, and those of delta records. */
export const comparisonRows: Rows = [
  {
    operation: JobOperation.Compare,
    flags: BlockOnFault | CheckResult | Address1Tcb | Address2Tcb,
    rules: [given(source, second), sized('sourceLength'), contained(source, second)],
    begin(f, m, o) {
      const options = { ...o, ...comparisonExpected(f) };
      const future = m.compare(bytesOf(f, source), bytesOf(f, second), options);
      return begun(future, takeComparison);
    },
  },

  {
    operation: JobOperation.ComparePattern,
    flags: BlockOnFault | CheckResult | Address1Tcb,
    rules: [given(source), sized('sourceLength'), contained(source)],
    begin(f, m, o) {
      const options = { ...o, ...comparisonExpected(f) };
      const future = m.comparePattern(bytesOf(f, source), f.pattern, options);
      return begun(future, takeComparison);
    },
  },

  {
    operation: JobOperation.DeltaCreate,
    flags: writes | CheckResult | Address1Tcb | Address3Tcb,
    rules: [
      given(source, second, destination),
      sized('sourceLength', 'destinationLength'),
      aligned(source, second, destination),
      deltaSized('sourceLength'),
      recordSized('destinationLength', LEAST_ROOM),
      contained(source, second, destination),
    ],
    begin(f, m, o) {
      const [before, after, room] = [source, second, destination].map((each) => bytesOf(f, each));
      const options = { ...o, ...deltaExpected(f) };
      return begun(m.createDelta(before, after, room, options), (found, job) => {
        const { length } = found.record;
        job.result = outcomes.indexOf(found.outcome);
        job.destinationLength = length;
        job.offset = length > 0 ? found.record.readUInt16LE(0) * WORD : 0;
        return found.expected ? JobStatus.Ok : JobStatus.FalsePredicate;
      });
    },
  },

  {
    operation: JobOperation.DeltaApply,
    flags: writes | Address1Tcb,
    rules: [
      given(source, destination),
      sized('sourceLength', 'destinationLength'),
      disjoint(source, destination),
      aligned(source, destination),
      deltaSized('destinationLength'),
      recordSized('sourceLength', 0),
      contained(source, destination),
    ],
    begin: (f, m, o) => begun(m.applyDelta(bytesOf(f, destination), bytesOf(f, source), o)),
  },
];
