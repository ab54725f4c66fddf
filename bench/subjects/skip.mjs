/** A subject cannot be had here. The message says why, and what to do. */
export class Skip extends Error {}
