/** Memory of the operands of one operation. */
export interface Ground {
  readonly operands: readonly Buffer[];
  /** Does it, while an engine may be at the memory; returns where the bytes are then, if that is known. */
  readonly strike: () => readonly Buffer[] | undefined;
}

/** Makes memory for operands of these lengths. */
export type GroundMaker = (lengths: readonly number[]) => Ground;

/** What buffers of newer Nodes have. */
export interface Transferring extends ArrayBuffer {
  transfer?(length?: number): ArrayBuffer;
  transferToFixedLength?(length?: number): ArrayBuffer;
}

/** Each operand in a buffer of its own. @param strike - returns where the bytes are then, if they are kept */
export function apart<B extends ArrayBufferLike>(
  make: (bytes: number) => B,
  strike: (buffer: B) => unknown,
): GroundMaker {
  return (lengths) => {
    const buffers = lengths.map(make);
    return {
      operands: buffers.map((buffer) => Buffer.from(buffer as ArrayBuffer)),
      strike: () => {
        const now = buffers.map(strike) as ArrayBuffer[];
        return now.every(Boolean) ? now.map((buffer) => Buffer.from(buffer)) : undefined;
      },
    };
  };
}

export const owned = (strike: (buffer: Transferring) => unknown): GroundMaker =>
  apart((bytes): Transferring => new ArrayBuffer(bytes), strike);

/** What is used of it; the library's own types have no WebAssembly. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
  toResizableBuffer?(): ArrayBuffer;
}

interface WasmLimits {
  readonly maximum?: number;
  readonly shared?: boolean;
}

const { WebAssembly } = globalThis as unknown as {
  WebAssembly: { Memory: new (limits: WasmLimits & { initial: number }) => WasmMemory };
};

/** Whether memory of WebAssembly can become resizable. */
export const wasmResizes = 'toResizableBuffer' in WebAssembly.Memory.prototype;

const WASM_PAGE = 65536;
const ALIGN = 4096;

/** All operands in one memory of WebAssembly. @param strike - returns undefined where it is dropped */
export function inWasm(
  limits: (pages: number) => WasmLimits,
  strike: (memory: WasmMemory) => unknown,
): GroundMaker {
  return (lengths) => {
    const ends: number[] = [0];
    for (const bytes of lengths) ends.push(ends.at(-1)! + Math.ceil(bytes / ALIGN) * ALIGN);
    const initial = Math.ceil(ends.at(-1)! / WASM_PAGE);
    const memory = new WebAssembly.Memory({ initial, ...limits(initial) });
    const views = (): Buffer[] =>
      lengths.map((bytes, index) => Buffer.from(memory.buffer, ends[index], bytes));
    return {
      operands: views(),
      strike: () => (strike(memory) === undefined ? undefined : views()),
    };
  };
}

/** Transfers in all ways. Some Nodes copy or move then; others say that it cannot be done. */
export function giveAway(buffer: Transferring): void {
  const ways = [() => structuredClone(buffer, { transfer: [buffer] }), () => buffer.transfer?.()];
  for (const way of ways) {
    try {
      way();
    } catch {
      continue;
    }
  }
}
