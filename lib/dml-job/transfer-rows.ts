import { JobFlag, JobOperation } from './constants';
import type { JobFields } from './fields';
import { begun, copied, destination, has, source, twice, writes, type Rows } from './row';
import { bytesOf, congruent, contained, crcGiven, disjoint, given, sized, when } from './rules';
import { JobStatus } from './status';

const { Address1Tcb, Address2Tcb, Address3Tcb } = JobFlag;
const crcFlags =
  JobFlag.CrcReadSeed | JobFlag.CrcBypassReflection | JobFlag.CrcBypassDataReflection;

const variantOf = (
  f: JobFields,
): { seed: number; reflectValue: boolean; reflectData: boolean } => ({
  seed: has(f, JobFlag.CrcReadSeed) ? f.crcChecksum : 0,
  reflectValue: !has(f, JobFlag.CrcBypassReflection),
  reflectData: !has(f, JobFlag.CrcBypassDataReflection),
});

function takeCrc(crc: number, job: JobFields): JobStatus {
  job.crcChecksum = crc;
  return JobStatus.Ok;
}

/** Jobs that copy, fill, sum up, flush, and those that do nothing. */
export const transferRows: Rows = [
  { operation: JobOperation.Nop, flags: 0, rules: [], begin: (_f, m, o) => begun(m.nop(o)) },

  {
    operation: JobOperation.Drain,
    flags: Address1Tcb | Address2Tcb | JobFlag.DrainReadback1 | JobFlag.DrainReadback2,
    rules: [
      when(JobFlag.DrainReadback1, given(destination)),
      when(JobFlag.DrainReadback2, given(twice)),
    ],
    begin(f, m, o) {
      const first = has(f, JobFlag.DrainReadback1) ? [f.destinationFirst!] : [];
      const second = has(f, JobFlag.DrainReadback2) ? [f.destinationSecond!] : [];
      return begun(m.drain({ ...o, readback: [...first, ...second] }));
    },
  },

  {
    operation: JobOperation.MemMove,
    flags: writes | JobFlag.CopyOnly | Address1Tcb,
    rules: [
      // In both directions; DML looks at one of them.
      when(JobFlag.CopyOnly, disjoint(source, copied)),
      given(source, copied),
      sized('sourceLength'),
      contained(source, copied),
    ],
    begin(f, m, o) {
      const [dst, src] = [bytesOf(f, copied), bytesOf(f, source)];
      return begun(has(f, JobFlag.CopyOnly) ? m.copy(dst, src, o) : m.move(dst, src, o));
    },
  },

  {
    operation: JobOperation.Fill,
    flags: writes,
    rules: [given(destination), sized('destinationLength'), contained(destination)],
    begin: (f, m, o) => begun(m.fill(bytesOf(f, destination), f.pattern, o)),
  },

  {
    operation: JobOperation.Dualcast,
    flags: writes | JobFlag.Destination2Durable | Address1Tcb | Address3Tcb,
    rules: [
      given(source, copied, twice),
      sized('sourceLength'),
      congruent(copied, twice),
      disjoint(source, copied),
      disjoint(source, twice),
      disjoint(copied, twice),
      contained(source, copied, twice),
    ],
    begin(f, m, o) {
      // One durable destination makes the whole so.
      const options = has(f, JobFlag.Destination2Durable) ? { ...o, durable: true } : o;
      const destinations = [bytesOf(f, copied), bytesOf(f, twice)] as const;
      return begun(m.dualcast(destinations, bytesOf(f, source), options));
    },
  },

  {
    operation: JobOperation.Crc,
    flags: JobFlag.BlockOnFault | crcFlags | Address1Tcb | Address3Tcb,
    rules: [crcGiven, given(source), sized('sourceLength'), contained(source)],
    begin: (f, m, o) => begun(m.crc32c(bytesOf(f, source), { ...o, ...variantOf(f) }), takeCrc),
  },

  {
    operation: JobOperation.CopyCrc,
    flags: writes | crcFlags | Address1Tcb | Address3Tcb,
    rules: [
      crcGiven,
      given(source, copied),
      sized('sourceLength'),
      disjoint(source, copied),
      contained(source, copied),
    ],
    begin(f, m, o) {
      const [dst, src] = [bytesOf(f, copied), bytesOf(f, source)];
      return begun(m.copyCrc32c(dst, src, { ...o, ...variantOf(f) }), takeCrc);
    },
  },

  {
    operation: JobOperation.CacheFlush,
    flags: writes,
    rules: [given(destination), sized('destinationLength'), contained(destination)],
    begin: (f, m, o) =>
      begun(m.flush(bytesOf(f, destination), { ...o, keep: has(f, JobFlag.PrefetchCache) })),
  },
];
