import {
  FutureState,
  type BackendCapabilities,
  type MoverBackend,
  type Notifier,
  type OpCall,
} from '../../lib';

/** What a recording engine knows of an operation. */
export interface Handle {
  readonly op: string;
  readonly args: any;
  /** As it was given to `start`. */
  notifier?: Notifier;
  /** For the engines of tests that end their operations by hand. */
  ended?: boolean;
}

type Part = 'create' | 'start' | 'check' | 'finish' | 'drop';

/** What an engine does other than the one that ends every operation in its first check. */
export type Behaviour = Partial<Omit<MoverBackend<Handle>, 'capabilities' | 'create'>> & {
  readonly create?: (...call: OpCall) => Handle | null;
  readonly capabilities?: Partial<BackendCapabilities>;
};

const standard: MoverBackend<Handle> = {
  name: 'recording',
  capabilities: {
    operations: ['copy', 'move', 'fill', 'dualcast', 'crc32c', 'compare', 'equals', 'nop'],
  },
  create: (op, args) => ({ op, args }),
  start: () => true,
  check: () => FutureState.Complete,
  finish: () => 'output',
  drop: () => undefined,
};

/** An engine that writes down which of its methods are called. */
export class Recording implements MoverBackend<Handle> {
  readonly name: string;
  readonly capabilities: BackendCapabilities;
  readonly calls: Part[] = [];
  readonly handles: Handle[] = [];
  readonly #behaviour: MoverBackend<Handle>;

  constructor(behaviour: Behaviour = {}) {
    const capabilities = { ...standard.capabilities, ...behaviour.capabilities };
    this.#behaviour = { ...standard, ...behaviour, capabilities };
    this.name = this.#behaviour.name;
    this.capabilities = capabilities;
  }

  create(...call: OpCall): Handle | null {
    this.calls.push('create');
    const handle = this.#behaviour.create(...call);
    if (handle !== null) this.handles.push(handle);
    return handle;
  }

  start(handle: Handle, notifier: Notifier): boolean {
    this.calls.push('start');
    handle.notifier = notifier;
    return this.#behaviour.start(handle, notifier);
  }

  check(handle: Handle): FutureState {
    this.calls.push('check');
    return this.#behaviour.check(handle);
  }

  finish(handle: Handle): unknown {
    this.calls.push('finish');
    return this.#behaviour.finish(handle);
  }

  drop(handle: Handle): void {
    this.calls.push('drop');
    this.#behaviour.drop?.(handle);
  }

  count(part: Part): number {
    return this.calls.filter((call) => call === part).length;
  }
}

/** For `check`: running until the handle is marked as ended. */
export const untilEnded = ({ ended }: Handle): FutureState =>
  ended === true ? FutureState.Complete : FutureState.Running;

/** For `check`, `start` and tasks: other answers first, one for each call. */
export function answers<T>(first: readonly T[], then: T): () => T {
  const left = [...first];
  return () => (left.length > 0 ? left.shift()! : then);
}
