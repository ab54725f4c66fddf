// Measures one case, in a process of its own, and sends what it found to the parent.
import { crc32 } from '@node-rs/crc32';
import { syncMover } from 'datamover';
import { compare, paces } from './measure.mjs';
import { arena } from './subjects/arena.mjs';
import { operations } from './subjects/operations.mjs';
import { Skip } from './subjects/skip.mjs';
import { subject } from './subjects/subjects.mjs';

const DIGEST_BYTES = 1024 * 1024;

/** What a run leaves in the first slots, and gives. */
async function outcome({ run, otherWork }, { buffers, given, operation: { writes } }) {
  for (const name of writes) buffers[name].whole.fill(0);
  delete given.output;
  await run();
  const { output } = given;
  const digest = (name) => crc32(buffers[name].views[0].subarray(0, DIGEST_BYTES));
  return {
    written: otherWork ? undefined : writes.map(digest).join(),
    output: typeof output === 'object' ? undefined : output,
  };
}

/** Two subjects that do not do the same cannot be compared. */
async function checkSame(ours, peer, context) {
  const [a, b] = [await outcome(ours, context), await outcome(peer, context)];
  for (const what of ['written', 'output']) {
    if (a[what] !== undefined && b[what] !== undefined && a[what] !== b[what]) {
      throw new Error(`the two do not agree in what is ${what}: ${a[what]}, ${b[what]}`);
    }
  }
}

async function contextOf(row) {
  const operation = operations[row.operation];
  const kind = operation.aligned ? 'aligned' : row.memory;
  const memory = arena(operation.buffers(row.bytes), { ...row, kind });
  const preparing = syncMover();
  await operation.prepare?.(memory.buffers, preparing.futures);
  await preparing.close();
  return { ...row, ...memory, operation, operationName: row.operation, given: {} };
}

async function measure(row) {
  const context = await contextOf(row);
  const [ours, peer] = [await subject(row.ours, context), await subject(row.peer, context)];
  await checkSame(ours, peer, context);
  const measured = await compare(ours, peer, row, paces[row.pace]);
  await ours.close?.();
  await peer.close?.();
  return { ...measured, peakBytes: process.resourceUsage().maxRSS * 1024 };
}

async function answer(row) {
  try {
    return await measure(row);
  } catch (error) {
    return error instanceof Skip ? { skipped: error.message } : { failed: error.stack };
  }
}

process.once('message', async (row) => {
  const found = await answer(row);
  process.send(found, () => process.exit());
});
