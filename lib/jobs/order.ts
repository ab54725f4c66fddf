/**
 * How a job is to be carried out, as a small integer beside it. What hardware needs of it, bits 15:0,
 * goes with the slot's number through the ring; `native/offload/order.h` reads it there.
 */
export const enum Order {
  /** Bits 1:0, what becomes of it at a page fault. */
  FaultMask = 0x3,
  Continue = 0,
  Retry = 1,
  Error = 2,
  /** Bits 15:2, whose queues may serve it: as the mover was opened, any, where the data is, or a node. */
  PlaceShift = 2,
  PlaceMask = 0xfffc,
  LocalPlace = 0,
  AnyPlace = 1,
  DataPlace = 2,
  /** Plus the number of the node. */
  NodePlace = 3,
  Wire = 0xffff,
  /** Bits 17:16, who may do it: whoever is fastest, hardware or software alone. */
  PathMask = 0x30000,
  Hardware = 0x10000,
  Software = 0x20000,
  /** Bits 19:18, which software engine does what software does: as the size says, or one alone. */
  EngineMask = 0xc0000,
  Inline = 0x40000,
  Threads = 0x80000,
}

/** Highest node that an order can name. */
export const MAX_NODE = (Order.PlaceMask >>> Order.PlaceShift) - Order.NodePlace;
