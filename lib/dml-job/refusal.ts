import { conceal } from '../conceal';
import type { JobStatus } from './status';

/** A job that is not begun: its fields are not what the operation takes. */
export class JobRefusal extends RangeError {
  static {
    conceal(this, 'methods of a Job');
  }

  readonly code = 'ERR_INVALID_ARG_VALUE';

  constructor(
    readonly status: JobStatus,
    message: string,
  ) {
    super(message);
  }
}
