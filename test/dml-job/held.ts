import {
  FutureState,
  moverFrom,
  MoverError,
  type BackendCapabilities,
  type GivenOptions,
  type Mover,
  type OpName,
} from '../../lib';
import { operationNames } from '../../lib/movers/capabilities';

/** A mover that does nothing: what it is given is complete when the test says so, and as it says. */
export class Held {
  readonly mover: Mover;
  readonly calls: { readonly op: OpName; readonly options: GivenOptions }[] = [];
  complete = true;
  /** What operations fail with. */
  error: Error | undefined;
  dropped = 0;

  constructor(able: Partial<BackendCapabilities> = {}) {
    this.mover = moverFrom<object>({
      name: 'held',
      capabilities: { operations: operationNames, depth: 8, ...able },
      create: (op, { options }) => {
        this.calls.push({ op, options });
        return {};
      },
      start: () => true,
      check: () => {
        if (!this.complete) return FutureState.Running;
        if (this.error !== undefined) throw this.error;
        return FutureState.Complete;
      },
      finish: () => undefined,
      drop: () => this.dropped++,
    });
  }

  /** Fails with a status byte of a completion record. */
  fail(status: number, bytesCompleted = 0): void {
    const details = { operation: 'fill', status, bytesCompleted } as const;
    this.error = new MoverError('ERR_MOVER_DEVICE', 'as told', details);
  }
}
