import { Records, Status } from '../../lib/abi/completion-record';
import { resolve } from '../../lib/memory/resolve';
import { compareOperands } from '../../lib/operations/compare';
import { copy } from '../../lib/operations/copy';
import { plainOperands, type Operands } from '../../lib/operations/operation';
import { recordError } from '../../lib/operations/record-error';

const memory = new ArrayBuffer(32);
const view = new DataView(memory);
const records = new Records(memory, 0, 1);

const pages = Buffer.alloc(6 * 4096);
const [dst, src] = [
  resolve(pages.subarray(0, 5000), 'dst'),
  resolve(pages.subarray(9000, 14_000), 'src'),
];
const operands: Operands = plainOperands(copy, dst, src, undefined);

/** What is said of a fault at an address. */
function faultAt(status: number, address: number, of: Operands<any, any> = operands): unknown {
  view.setUint8(0, status);
  view.setUint32(4, 77, true);
  view.setBigUint64(8, BigInt(address), true);
  const error = recordError(records, 0, of);
  expect(error).toMatchObject({ operation: of.operation.name, status, bytesCompleted: 77 });
  return error.fault;
}

const read = Status.PageFault;
const write = Status.PageFault | Status.WriteFault;

test('the argument that was read, or written, and where', () => {
  expect(faultAt(read, src.address + 5)).toEqual({ access: 'read', argument: 'src', offset: 5 });
  expect(faultAt(read, src.address)).toMatchObject({ argument: 'src', offset: 0 });
  expect(faultAt(write, dst.address + 4999)).toEqual({
    access: 'write',
    argument: 'dst',
    offset: 4999,
  });
});

test('no argument: the byte behind it, and the one in front', () => {
  for (const { address, length } of [src, dst]) {
    for (const at of [address - 1, address + length]) {
      if (at % 4096 !== 0) expect(faultAt(read, at)).toBeUndefined();
    }
  }
});

test('the page where an argument begins stands for its first byte', () => {
  const inPage = resolve(pages.subarray(4096, 8192 + 100).subarray(100), 'src');
  const of = plainOperands(copy, dst, inPage, undefined);
  const begin = inPage.address - (inPage.address % 4096);
  if (begin !== inPage.address) {
    expect(faultAt(read, begin, of)).toEqual({ access: 'read', argument: 'src', offset: 0 });
    expect(faultAt(read, begin + 1, { ...of, destination: null })).toBeUndefined();
    expect(faultAt(read, begin - 4096, { ...of, destination: null })).toBeUndefined();
  }
});

test('pages in front of an argument that begins with a page, and behind it, are no part of it', () => {
  const begin = -resolve(pages, 'pages').address & 4095;
  const aligned = resolve(pages.subarray(begin, begin + 4096), 'src');
  const of = plainOperands(copy, null, aligned, undefined);
  expect(faultAt(read, aligned.address - 4096, of)).toBeUndefined();
  expect(faultAt(read, aligned.address, of)).toMatchObject({ offset: 0 });
  expect(faultAt(read, aligned.address + 4096, of)).toBeUndefined();
});

test('of ranges that are the same, what is read is the source and what is written is not', () => {
  const same = plainOperands(copy, src, src, undefined);
  expect(faultAt(read, src.address, same)).toMatchObject({ argument: 'src' });
  expect(faultAt(write, src.address, same)).toMatchObject({ argument: 'dst' });
  const compared = compareOperands(src.bytes, dst.bytes, undefined);
  expect(faultAt(read, dst.address + 1, compared)).toMatchObject({ argument: 'b', offset: 1 });
});

test('a failure that is no fault', () => {
  expect(faultAt(Status.InvalidFlags, src.address)).toBeUndefined();
});
