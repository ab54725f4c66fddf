// What is known of the first generation of DSA from others' measurements; nothing here was measured on one.

/** A device, in nanoseconds and bytes. */
export const device = {
  /** Descriptors under way at once: an engine goes on with the next when the last has its record. */
  engines: 4,
  /** Descriptors that wait for an engine. */
  entries: 128,
  /** From submission to completion of a descriptor that moves next to nothing. */
  latency: 750,
  /** A descriptor, or member of a batch, that moves next to nothing keeps the others waiting so long. */
  each: 50,
  /** Of all engines together; bytes in a nanosecond. */
  gigabytesPerSecond: 31,
};

/** What ENQCMD, which waits for the device's answer, takes of the thread, in nanoseconds. */
export const submission = 190;

/**
 * Copies, by size, in nanoseconds for one: alone; in batches of 32; 32 single ones at once.
 * Sapphire Rapids, one device, one shared queue, aligned destinations (LightDSA, EuroSys '26).
 */
export const published = [
  { bytes: 64, alone: 750, batches: 50, together: 190 },
  { bytes: 1024, alone: 960, batches: 60, together: null },
  { bytes: 4096, alone: 1140, batches: 137, together: 217 },
  { bytes: 16384, alone: 1830, batches: 530, together: 526 },
  { bytes: 65536, alone: 3510, batches: 2090, together: null },
  { bytes: 1048576, alone: 35100, batches: 33400, together: null },
];
