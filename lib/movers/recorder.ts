import { Opcode } from '../abi/descriptor';
import { MoverError } from '../errors';
import { failed } from '../future/base-future';
import type { Future } from '../future/future';
import type { Operands, OpName } from '../operations/operation';
import type { Backend } from './backend';
import type { OperationStarter } from './operation-starter';
import { Member } from './member';
import type { Settings } from './options';
import type { Plan } from './work';

function unsupported(operation: OpName, why: string): MoverError {
  return new MoverError('ERR_MOVER_UNSUPPORTED', `${operation}: ${why}`, { operation });
}

/** Takes down operations that are to be done as a whole. */
export abstract class Recorder implements OperationStarter {
  static {
    // What it does not have, it has not, whatever Object.prototype says: it would be called with ranges.
    Object.setPrototypeOf(this.prototype, null);
  }

  readonly underWay = undefined;
  readonly limits = undefined;
  readonly plain = undefined;
  closed = false;
  readonly #backend: Backend;
  #length = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get capabilities(): Backend['capabilities'] {
    return this.#backend.capabilities;
  }

  /** Operations so far, those whose arguments were refused among them. */
  get length(): number {
    return this.#length;
  }

  work<T, X>(_plan: Plan<T, X>, operands: Operands<T, X>, settings: Settings): Future<T> {
    return this.operate(operands, settings);
  }

  operate<T, X>(operands: Operands<T, X>, settings: Settings): Future<T> {
    this.checkOpen();
    const { operation } = operands;
    if (operation.opcode === Opcode.Drain) throw unsupported(operation.name, this.noDrain);
    if (settings.timeoutMs !== undefined) {
      throw unsupported(operation.name, 'timeoutMs is an option of the whole, not of its parts');
    }
    const member = new Member<T>(this.#length, operation);
    this.add(member, operands, settings);
    this.#length++;
    return member;
  }

  /** What was refused takes part, too: it has failed, and what has to wait for it is not attempted. */
  failed(error: Error): Future<never> {
    if (this.closed) return failed(error);
    const member = new Member<never>(this.#length++, undefined);
    member.assign(failed(error));
    this.addFailed(member);
    return member;
  }

  /** @throws MoverError `ERR_MOVER_CLOSED` */
  checkOpen(): void {
    if (this.closed) throw this.closedError();
  }

  /** Why there can be no drain. */
  protected abstract readonly noDrain: string;
  /** What comes too late fails with this. */
  abstract closedError(): MoverError;
  /** @throws what the engine refuses the operation with */
  protected abstract add(member: Member<unknown>, operands: Operands, settings: Settings): void;
  protected abstract addFailed(member: Member<unknown>): void;
}
