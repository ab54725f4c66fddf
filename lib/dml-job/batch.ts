import { checkNames, checkObject } from '../check';
import { MoverError } from '../errors';
import { MAX_SLOTS } from '../jobs/job-table';
import { listOf } from '../list-of';
import type { BatchBuilder } from '../movers/batch';
import type { MoverOperations } from '../movers/mover-operations';
import { begin, check, type Way } from './begin';
import { JobFlag, JobOperation } from './constants';
import { JobFields } from './fields';
import { optionsOf } from './options';
import { JobRefusal } from './refusal';
import { has, type Begun } from './row';
import { JobStatus, statusOf } from './status';

interface Member {
  readonly fields: JobFields;
  status: JobStatus;
}

/** Flags of a batch itself. */
const own = JobFlag.Address1Tcb;

const fieldNames = Object.keys(new JobFields());

const asMember = (way: Way): Way => ({ ...way, flags: JobFlag.Fence });

/** The members of a batch, each a job's fields. */
export class JobBatch {
  readonly #members: Member[];

  /** As many that do nothing. @throws JobRefusal */
  constructor(count: number) {
    if (!Number.isInteger(count) || count < 1 || count > MAX_SLOTS) {
      const text = `a batch has from 1 to ${String(MAX_SLOTS)} members; got ${String(count)}`;
      throw new JobRefusal(JobStatus.BatchSizeError, text);
    }
    this.#members = listOf(count, () => ({
      fields: new JobFields(),
      status: JobStatus.Corrupted,
    }));
  }

  find(index: number): Readonly<Member> | undefined {
    return Number.isInteger(index) ? this.#members[index] : undefined;
  }

  /** @throws JobRefusal for an index that is none */
  member(index: number): Readonly<Member> {
    const member = this.find(index);
    if (member !== undefined) return member;
    const text = `member ${String(index)} of a batch of ${String(this.#members.length)}`;
    throw new JobRefusal(JobStatus.BatchIndexOverflow, text);
  }

  /** Fields that are not given are those of a new job. @throws as `check`; TypeError for other names */
  set(index: number, given: Partial<JobFields>, way: Way): void {
    this.member(index);
    checkObject('fields', given, false);
    checkNames(given, fieldNames);
    const fields = Object.assign(new JobFields(), given);
    checkKind(fields);
    check(fields, asMember(way));
    this.#members[index] = { fields, status: JobStatus.Corrupted };
  }

  /** Makes the future of the whole. @throws as `check`, for the first member that breaks a rule */
  begin(fields: JobFields, operations: MoverOperations, way: Way): Begun {
    const options = optionsOf(fields, own, way.path, way.able);
    // They may be set anew before anybody asks what came of these.
    const members = [...this.#members];
    let begun: readonly Begun[] = [];
    const future = operations.batch((builder) => {
      begun = members.map((member) => add(builder, member, asMember(way)));
    }, options);
    if (future.error === undefined) {
      for (const member of members) member.status = JobStatus.BeingProcessed;
    }
    return { future, take: () => takeAll(members, begun) };
  }
}

/** @throws MoverError `ERR_MOVER_BATCH` for the first member that is not `Ok` */
function takeAll(members: readonly Member[], begun: readonly Begun[]): JobStatus {
  members.forEach((member, index) => {
    member.status = outcome(begun[index], member.fields);
  });
  const index = members.findIndex(({ status }) => status !== JobStatus.Ok);
  if (index < 0) return JobStatus.Ok;
  const text = `member ${String(index)} of the batch has status ${String(members[index].status)}`;
  const cause = begun[index].future.error;
  throw Object.assign(new MoverError('ERR_MOVER_BATCH', text, { index }), { cause });
}

/** @throws JobRefusal */
function checkKind({ operation }: JobFields): void {
  if (operation !== JobOperation.Drain) return;
  const text =
    'a drain is no member of a batch; what comes behind JobFlag.Fence waits for all before it';
  throw new JobRefusal(JobStatus.OperationError, text);
}

function add(builder: BatchBuilder, { fields }: Member, way: Way): Begun {
  checkKind(fields);
  if (has(fields, JobFlag.Fence)) builder.fence();
  return begin(fields, builder, way);
}

function outcome({ take }: Begun, job: JobFields): JobStatus {
  try {
    return take(job);
  } catch (error) {
    return statusOf(error, job.flags);
  }
}
