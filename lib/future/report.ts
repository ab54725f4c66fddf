import { setImmediate } from '../clock';

/** What a callback threw that nobody can be told of: an uncaught exception, out of nobody's way. */
export function report(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}

/** Calls what is the program's. What it throws is reported, and stops nobody else. */
export function callTheirs(call: () => void): void {
  try {
    call();
  } catch (error) {
    report(error);
  }
}
