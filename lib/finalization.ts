import { runInThisContext } from 'node:vm';

/**
 * A FinalizationRegistry of Node's own realm, whichever realm the library was loaded in. Where a worker
 * ends, JavaScript may not run any more; Node tells the realm of the registry so, and where that is a
 * context which was collected, there is nobody to tell: it aborts the process (seen with Node 20).
 */
export const FinalizationRegistry = runInThisContext(
  'FinalizationRegistry',
) as FinalizationRegistryConstructor;
