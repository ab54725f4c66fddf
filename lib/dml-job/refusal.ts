import type { JobStatus } from './status';

/** A job that is not begun: its fields are not what the operation takes. */
export class JobRefusal extends RangeError {
  readonly code = 'ERR_INVALID_ARG_VALUE';

  constructor(
    readonly status: JobStatus,
    message: string,
  ) {
    super(message);
  }
}
