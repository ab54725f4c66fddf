import { syncMover, type DataOperations, type Future, type Mover } from '../../lib';

/** An error as applications tell them apart. */
export interface Refusal {
  readonly code: string;
  readonly type: 'TypeError' | 'RangeError' | 'MoverError';
}

export const wrongType: Refusal = { code: 'ERR_INVALID_ARG_TYPE', type: 'TypeError' };
export const wrongValue: Refusal = { code: 'ERR_INVALID_ARG_VALUE', type: 'TypeError' };
export const wrongReturn: Refusal = { code: 'ERR_INVALID_RETURN_VALUE', type: 'TypeError' };
export const outOfRange: Refusal = { code: 'ERR_OUT_OF_RANGE', type: 'RangeError' };
export const wrongLength: Refusal = { code: 'ERR_MOVER_LENGTH', type: 'RangeError' };
export const overlapping: Refusal = { code: 'ERR_MOVER_OVERLAP', type: 'RangeError' };
export const detached: Refusal = { code: 'ERR_MOVER_BUFFER_DETACHED', type: 'TypeError' };
export const resizable: Refusal = { code: 'ERR_MOVER_BUFFER_RESIZABLE', type: 'TypeError' };
export const unsupported: Refusal = { code: 'ERR_MOVER_UNSUPPORTED', type: 'MoverError' };
export const noDevice: Refusal = { code: 'ERR_MOVER_NO_DEVICE', type: 'MoverError' };
export const closed: Refusal = { code: 'ERR_MOVER_CLOSED', type: 'MoverError' };

export function refusalOf(error: unknown): Refusal {
  const { code, name } = error as { code: string; name: Refusal['type'] };
  expect(error).toBeInstanceOf({ TypeError, RangeError }[name as string] ?? Error);
  expect((error as Error).message).not.toBe('');
  return { code, type: name };
}

let shared: Mover | undefined;
/** Arguments are judged before any engine sees them, so any mover will do. */
export const mover = (): Mover => (shared ??= syncMover());

/** In both tenses: no throw, a future that has failed at once, with this error. */
export async function expectRefused(
  call: (operations: DataOperations) => Future<unknown>,
  refusal: Refusal,
): Promise<void> {
  for (const operations of [mover(), mover().futures]) {
    const future = call(operations);
    const rejection = future.then(
      () => 'success',
      (error: unknown) => error,
    );
    expect(future.done).toBe(true);
    expect(future.state).toBe(1);
    expect(future.poll()).toBe(1);
    expect(refusalOf(future.error)).toEqual(refusal);
    expect(() => future.output).toThrow(future.error);
    expect(await rejection).toBe(future.error);
  }
}

/** The promise is rejected, with such an error. */
export async function expectRejects(promise: Promise<unknown>, refusal: Refusal): Promise<void> {
  const error: unknown = await promise.then(
    () => 'success',
    (reason: unknown) => reason,
  );
  expect(refusalOf(error)).toEqual(refusal);
}

/** A function that throws this error. */
export function expectThrows(call: () => unknown, refusal: Refusal): void {
  let error: unknown;
  try {
    call();
  } catch (thrown) {
    error = thrown;
  }
  if (error === undefined) throw new Error('it did not throw');
  expect(refusalOf(error)).toEqual(refusal);
}
