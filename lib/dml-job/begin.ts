import type { Capabilities } from '../movers/capabilities';
import type { DataOperations } from '../movers/data-operations';
import { comparisonRows } from './comparison-rows';
import type { JobPath } from './constants';
import { difRows } from './dif-rows';
import { read, type JobFields } from './fields';
import { optionsOf } from './options';
import { JobRefusal } from './refusal';
import type { Begun, Row } from './row';
import { JobStatus } from './status';
import { transferRows } from './transfer-rows';

const rows = new Map<number, Row>(
  [...transferRows, ...comparisonRows, ...difRows].map((row) => [row.operation, row]),
);

/** The row of an operation whose rules the fields keep. @throws JobRefusal, TypeError */
function checkedRow(fields: JobFields): Row {
  const row = rows.get(fields.operation);
  if (row === undefined) {
    const text = `operation ${String(fields.operation)} is none that can be done here`;
    throw new JobRefusal(JobStatus.OperationError, text);
  }
  const broken = row.rules.find((rule) => !rule.kept(fields));
  if (broken !== undefined) throw new JobRefusal(broken.status, `wanted: ${broken.demand}`);
  return row;
}

export interface Way {
  readonly path: JobPath;
  readonly able: Capabilities;
  /** Flags that jobs have there beside those of their operation. */
  readonly flags: number;
}

/** @throws JobRefusal, TypeError for fields that the operation does not take */
export function check(given: JobFields, { path, able, flags }: Way): void {
  const fields = read(given);
  optionsOf(fields, checkedRow(fields).flags | flags, path, able);
}

/** Makes the operation's future, which is lazy. @throws as `check` */
export function begin(given: JobFields, operations: DataOperations, way: Way): Begun {
  const fields = read(given);
  const row = checkedRow(fields);
  return row.begin(
    fields,
    operations,
    optionsOf(fields, row.flags | way.flags, way.path, way.able),
  );
}
