import { Records } from '../../lib/abi/completion-record';
import { Flag, Opcode } from '../../lib/abi/descriptor';
import { addon } from '../../lib/addon';
import { resolve } from '../../lib/memory/resolve';
import {
  compareOperands,
  comparePatternOperands,
  equalsOperands,
} from '../../lib/operations/compare';
import { copy, move, type Transfer } from '../../lib/operations/copy';
import { copyCrc32cOperands, crc32cOperands } from '../../lib/operations/crc32c';
import { dualcastOperands } from '../../lib/operations/dualcast';
import { fillOperands } from '../../lib/operations/fill';
import { flushOperands } from '../../lib/operations/flush';
import { drainOperands, nop } from '../../lib/operations/nop';
import { plainOperands, type Operands } from '../../lib/operations/operation';

/** Small memory may lie below 4 GiB, where half of an address is zero; this much never does. */
const memory = Buffer.alloc(33 << 20);
const [a, b, c] = [0, 1, 2].map((n) => memory.subarray(n << 14, (n << 14) + 3 * 4096)) as [
  Buffer,
  Buffer,
  Buffer,
];
const addressOf = (bytes: Buffer): number => addon().addressOf(bytes);

/** Two destinations at the same offset of their pages. */
function samePage(bytes: Buffer): Buffer {
  const skip = (4096 - (addressOf(bytes) % 4096)) % 4096;
  return bytes.subarray(skip, skip + 100);
}
const [page1, page2] = [samePage(a), samePage(b)];

/** The 64 bytes as an operation writes them, beyond what every descriptor has. */
function descriptor(operands: Operands<any, any>): DataView {
  const words = new Int32Array(32);
  operands.operation.encode(words, 16, operands);
  expect(words.slice(0, 16)).toEqual(new Int32Array(16));
  return new DataView(words.buffer, 64);
}

const u64 = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));

interface Case {
  readonly name: string;
  readonly operands: Operands<any, any>;
  readonly opcode: number;
  readonly flags?: number;
  /** Fields of 64 bits by their offset in the specification; all others are zero. */
  readonly fields: Readonly<Record<number, number>>;
}

const src = c.subarray(0, 100);
const dst = page1;
const from = { 16: addressOf(src) };
const to = { 24: addressOf(dst) };

const transferOperands = (operation: Transfer): Operands =>
  plainOperands(operation, resolve(dst, 'dst'), resolve(src, 'src'), dst);

const cases: readonly Case[] = [
  { name: 'copy', operands: transferOperands(copy), opcode: 3, fields: { ...from, ...to } },
  { name: 'move', operands: transferOperands(move), opcode: 3, fields: { ...from, ...to } },
  {
    name: 'fill',
    operands: fillOperands(dst, 0x0001_0203_0405_0607n),
    opcode: 4,
    fields: { 16: 0x0001_0203_0405_0607, ...to },
  },
  {
    name: 'compare',
    operands: compareOperands(src, dst, undefined),
    opcode: 5,
    fields: { ...from, ...to },
  },
  {
    name: 'compare, expected different',
    operands: compareOperands(src, dst, 'different'),
    opcode: 5,
    flags: Flag.CheckResult,
    fields: { ...from, ...to, 40: 1 },
  },
  {
    name: 'compare, expected equal',
    operands: compareOperands(src, dst, 'equal'),
    opcode: 5,
    flags: Flag.CheckResult,
    fields: { ...from, ...to },
  },
  { name: 'equals', operands: equalsOperands(src, dst), opcode: 5, fields: { ...from, ...to } },
  {
    name: 'comparePattern',
    operands: comparePatternOperands(src, 0xab, 'different'),
    opcode: 6,
    flags: Flag.CheckResult,
    fields: { ...from, 24: Number(0xabab_abab_abab_ababn), 40: 1 },
  },
  {
    name: 'dualcast',
    operands: dualcastOperands([dst, page2], src),
    opcode: 9,
    fields: { ...from, ...to, 40: addressOf(page2) },
  },
  {
    name: 'crc32c',
    operands: crc32cOperands(src, { seed: 0xfedc_ba98, reflectValue: false }),
    opcode: 0x10,
    flags: Flag.CrcBypassInversion,
    fields: { ...from, 40: 0xfedc_ba98 },
  },
  {
    name: 'copyCrc32c',
    operands: copyCrc32cOperands(dst, src, { seed: 5, reflectData: false }),
    opcode: 0x11,
    flags: Flag.CrcBypassDataReflection,
    fields: { ...from, ...to, 40: 5 },
  },
  { name: 'flush', operands: flushOperands(dst, undefined), opcode: 0x20, fields: to },
  {
    name: 'flush and keep',
    operands: flushOperands(dst, true),
    opcode: 0x20,
    flags: Flag.CacheControl1,
    fields: to,
  },
  { name: 'nop', operands: plainOperands(nop, null, null, undefined), opcode: 0, fields: {} },
  { name: 'drain', operands: drainOperands(), opcode: 2, fields: {} },
];

test.each(cases)('$name in the words of the specification', (given) => {
  const { operands, opcode, flags = 0, fields } = given;
  expect(operands.operation.opcode).toBe(opcode);
  expect(operands.flags).toBe(flags);
  expect(operands.length).toBe(opcode === Opcode.Nop || opcode === Opcode.Drain ? 0 : 100);
  const view = descriptor(operands);
  for (let at = 0; at < 64; at += 8) expect(u64(view, at)).toBe(fields[at] ?? 0);
});

test('cache and fault options go only where the specification allows them', () => {
  const allowed = Object.fromEntries(
    cases.map(({ name, operands }) => [name, operands.operation.options]),
  );
  const write = Flag.BlockOnFault | Flag.CacheControl1 | Flag.CacheControl2;
  const read = Flag.BlockOnFault;
  expect(allowed).toMatchObject({ copy: write, fill: write, dualcast: write, copyCrc32c: write });
  expect(allowed).toMatchObject({
    compare: read,
    equals: read,
    comparePattern: read,
    crc32c: read,
  });
  expect(allowed).toMatchObject({ flush: read, nop: 0, drain: 0 });
});

describe('results are read from the record', () => {
  const memory = new ArrayBuffer(64);
  const view = new DataView(memory, 32);
  const records = new Records(memory, 0, 2);

  /** Status, result byte, bytes completed and CRC of slot 1. */
  function write(status: number, result: number, bytes: number, crc = 0): void {
    view.setUint8(0, status);
    view.setUint8(1, result);
    view.setUint32(4, bytes, true);
    view.setUint32(16, crc, true);
  }

  const decode = (operands: Operands<any, any>): unknown =>
    operands.operation.decode(records, 1, operands);

  test('of comparisons', () => {
    const operands = compareOperands(src, dst, 'equal');
    write(1, 0, 0);
    expect(decode(operands)).toEqual({ equal: true, offset: 100, expected: true });
    expect(decode(equalsOperands(src, dst))).toBe(true);
    write(2, 1, 42);
    expect(decode(operands)).toEqual({ equal: false, offset: 42, expected: false });
    write(1, 1, 0xffff_fffe);
    expect(decode(operands)).toEqual({ equal: false, offset: 0xffff_fffe, expected: true });
    expect(decode(equalsOperands(src, dst))).toBe(false);
  });

  test('of checksums, without a sign', () => {
    write(1, 0, 0, 0xffff_ffff);
    expect(decode(crc32cOperands(src, {}))).toBe(0xffff_ffff);
    expect(decode(copyCrc32cOperands(dst, src, {}))).toBe(0xffff_ffff);
  });

  test('of others: the destination as it was given', () => {
    write(1, 1, 0);
    expect(decode(transferOperands(copy))).toBe(dst);
    expect(decode(fillOperands(dst, 1))).toBe(dst);
    const dsts = [dst, page2];
    expect(decode(dualcastOperands(dsts, src))).toBe(dsts);
    expect(decode(plainOperands(nop, null, null, undefined))).toBeUndefined();
  });
});
