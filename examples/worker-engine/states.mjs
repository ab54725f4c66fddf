/** Of a slot, in memory that both threads share: the worker writes `Done` behind its last byte. */
export const SlotState = { Free: 0, Busy: 1, Done: 2, Abandoned: 3 };
