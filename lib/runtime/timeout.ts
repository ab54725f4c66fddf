import { clearTimeout, setTimeout } from '../clock';

/** As `AbortSignal.timeout` has it. */
export function timeout(milliseconds: number): DOMException {
  const text = `the future is not complete after ${String(milliseconds)} ms; it goes on`;
  return new DOMException(text, 'TimeoutError');
}

/** The promise, or a rejection with a `TimeoutError` when that comes first. */
export async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  if (milliseconds === Infinity) return promise;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(timeout(milliseconds));
    }, milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
