/** As native/napi/job_tally.h lays it out: engines, opcodes in each, and two counts. */
const ENGINES = ['inline', 'threads', 'hardware'] as const;
const OPCODES = 64;
const COUNTS = 2;

/** Jobs that engines were given, and bytes that these were to work on. */
export interface JobCounts {
  readonly inline: number;
  readonly threads: number;
  readonly hardware: number;
  readonly bytes: number;
}

/** What the engines of a mover were given, by opcode, as native code counts it. */
export class JobTally {
  readonly #counts: BigUint64Array;

  constructor(memory: ArrayBuffer) {
    this.#counts = new BigUint64Array(memory);
  }

  of(opcode: number): JobCounts {
    const at = ENGINES.map((_, engine) => (engine * OPCODES + opcode) * COUNTS);
    const [inline, threads, hardware] = at.map((index) => Number(this.#counts[index]));
    const bytes = at.reduce((sum, index) => sum + Number(this.#counts[index + 1]), 0);
    return { inline, threads, hardware, bytes };
  }
}
