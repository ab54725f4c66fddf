import { markAsUntransferable, MessageChannel } from 'node:worker_threads';
import { Pool } from '../../lib';
import {
  apart,
  giveAway,
  inWasm,
  owned,
  wasmResizes,
  type GroundMaker,
  type Transferring,
} from './ground';
import { Receiver } from './receiver';

/** Something that can become of memory. */
export interface Hazard {
  readonly name: string;
  readonly ground: GroundMaker;
  /** After all was struck: returns when it has come about. */
  readonly settle?: () => void;
  /** What every operation on such memory fails with. */
  readonly refused?: 'ERR_MOVER_BUFFER_RESIZABLE';
}

type Maker<B> = new (bytes: number, options: { maxByteLength: number }) => B;
const Resizable = ArrayBuffer as unknown as Maker<ArrayBuffer & { resize(bytes: number): void }>;
const Growable = SharedArrayBuffer as unknown as Maker<
  SharedArrayBuffer & { grow(bytes: number): void }
>;

const nothing = (): void => undefined;

let receiver: Receiver | undefined;
const another = (): Receiver => (receiver ??= new Receiver());

function postToNobody(buffer: ArrayBuffer): void {
  const { port1 } = new MessageChannel();
  port1.postMessage(buffer, [buffer]);
  port1.close();
}

const everywhere: readonly Hazard[] = [
  { name: 'the collector runs', ground: owned((buffer) => buffer) },
  { name: 'nobody has it any more', ground: owned(nothing) },
  {
    name: 'structuredClone, and the clone is kept',
    ground: owned((buffer) => structuredClone(buffer, { transfer: [buffer] })),
  },
  {
    name: 'structuredClone, and the clone is dropped',
    ground: owned((buffer) => void structuredClone(buffer, { transfer: [buffer] })),
  },
  { name: 'postMessage to nobody', ground: owned(postToNobody) },
  {
    name: 'postMessage to a worker that drops it',
    ground: owned((buffer) => another().take(buffer)),
    settle: () => another().drop(),
  },
  {
    name: 'a resizable buffer shrinks',
    refused: 'ERR_MOVER_BUFFER_RESIZABLE',
    ground: apart(
      (bytes) => new Resizable(bytes, { maxByteLength: 2 * bytes }),
      (buffer) => buffer.resize(0),
    ),
  },
  {
    name: 'a growable buffer grows',
    refused: 'ERR_MOVER_BUFFER_RESIZABLE',
    ground: apart(
      (bytes) => new Growable(bytes, { maxByteLength: 2 * bytes }),
      (buffer) => buffer.grow(2 * buffer.byteLength),
    ),
  },
  {
    name: 'shared memory that nobody has any more',
    ground: apart((bytes) => new SharedArrayBuffer(bytes), nothing),
  },
  {
    name: 'memory of WebAssembly grows',
    ground: inWasm(
      (pages) => ({ maximum: pages + 2 }),
      (memory) => memory.grow(2),
    ),
  },
  {
    name: 'memory of WebAssembly grows without a limit, and is dropped',
    ground: inWasm(
      () => ({}),
      (memory) => void memory.grow(64),
    ),
  },
  {
    name: 'shared memory of WebAssembly grows',
    ground: inWasm(
      (pages) => ({ maximum: pages + 2, shared: true }),
      (memory) => memory.grow(2),
    ),
  },
  {
    name: 'blocks are given away, where they can be, and their pool is dropped',
    ground(lengths) {
      const pool = new Pool({ slabBytes: 4096 });
      const operands = lengths.map((bytes) => pool.alloc(bytes));
      const buffers = operands.map(({ buffer }) => buffer as ArrayBuffer);
      const strike = (): undefined => {
        buffers.forEach(giveAway);
        return undefined;
      };
      return { operands, strike };
    },
  },
  {
    name: 'it is marked as untransferable, and given away where that can be done',
    ground: owned((buffer) => {
      markAsUntransferable(buffer);
      giveAway(buffer);
    }),
  },
];

const byTransfer: readonly Hazard[] = [
  { name: 'transfer(), what it gives is kept', ground: owned((buffer) => buffer.transfer!()) },
  {
    name: 'transfer(), what it gives is dropped',
    ground: owned((buffer) => void buffer.transfer!()),
  },
  { name: 'transfer(0)', ground: owned((buffer) => void buffer.transfer!(0)) },
  {
    name: 'transferToFixedLength()',
    ground: owned((buffer) => void buffer.transferToFixedLength!()),
  },
];

const byTransferOfAnotherLength: readonly Hazard[] = [
  {
    name: 'transfer() of less',
    ground: owned((buffer) => void buffer.transfer!(buffer.byteLength / 2)),
  },
  {
    name: 'transfer() of more',
    ground: owned((buffer) => void buffer.transfer!(buffer.byteLength * 2)),
  },
];

const byResizableWasm: readonly Hazard[] = [
  {
    name: 'memory of WebAssembly becomes resizable, and grows',
    ground: inWasm(
      (pages) => ({ maximum: pages + 2 }),
      (memory) => {
        memory.toResizableBuffer!();
        return memory.grow(2);
      },
    ),
  },
];

const v8 = parseInt(process.versions.v8, 10);
const transfers = 'transfer' in (ArrayBuffer.prototype as Transferring);

/** Those that this Node knows. */
export const hazards: readonly Hazard[] = [
  ...everywhere,
  ...(transfers ? byTransfer : []),
  // V8 12 reallocates in place, under whoever holds it: see docs/security.md.
  ...(transfers && v8 > 12 ? byTransferOfAnotherLength : []),
  ...(wasmResizes ? byResizableWasm : []),
];
