import { parentPort, workerData } from 'node:worker_threads';
import { SlotState } from './states.mjs';

const { states } = workerData;

const kernels = {
  copy: ({ dst, src }) => dst.set(src),
  fill: ({ dst, pattern }) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(pattern);
    Buffer.from(dst.buffer, dst.byteOffset, dst.length).fill(bytes);
  },
};

parentPort.on('message', ({ slot, op, args, wake }) => {
  kernels[op](args);
  const before = Atomics.compareExchange(states, slot, SlotState.Busy, SlotState.Done);
  // Nobody waits for it any more, but the memory was in use until now.
  if (before === SlotState.Abandoned) Atomics.store(states, slot, SlotState.Free);
  else if (wake) parentPort.postMessage(slot);
});
