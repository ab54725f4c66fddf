/** Bytes that the calling thread executes in one go, so that many small jobs do not stall the event loop. */
export const SPOT_BUDGET = 256 * 1024;
