/** How many workers come and go where that is tried: more where time allows. */
export const workerCount = Number(process.env['DATAMOVER_WORKERS'] ?? 40);

/** For so many. */
export const WORKERS_TIMEOUT_MS = 30_000 + 500 * workerCount;
