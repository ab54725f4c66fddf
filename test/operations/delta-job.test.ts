import { Records, Status } from '../../lib/abi/completion-record';
import { Flag } from '../../lib/abi/descriptor';
import {
  applyDeltaOperands,
  createDeltaOperands,
  deltaPartOperands,
} from '../../lib/operations/delta';
import type { Operands } from '../../lib/operations/operation';

const [before, after, record] = [Buffer.alloc(64), Buffer.alloc(64), Buffer.alloc(160)];
const create = (expect?: unknown) => createDeltaOperands(before, after, record, expect);
const apply = applyDeltaOperands(before, record);

/** The descriptor behind its first 16 bytes. */
function words(operands: Operands<any, any>): number[] {
  const all = new Int32Array(32);
  operands.operation.encode(all, 16, operands);
  expect(all.slice(0, 16)).toEqual(new Int32Array(16));
  return [...all.slice(20)];
}

test('the words of a delta, in the places of the specification', () => {
  const { source, second, destination } = create();
  const places = [source!.low, source!.high, second!.low, second!.high, 0, 0];
  const room = [destination!.low, destination!.high, 160];
  expect(words(create())).toEqual([...places, ...room, 0, 0, 0]);
  expect(words(create(['different', 'overflow']))).toEqual([...places, ...room, 0, 6, 0]);
  const large = createDeltaOperands(before, after, Buffer.alloc(655_361), undefined);
  expect(words(large)[8]).toBe(655_360);
  expect([create().flags, create(['equal']).flags]).toEqual([0, Flag.CheckResult]);
});

test('the words of its application', () => {
  const { source, destination } = apply;
  const places = [source!.low, source!.high, destination!.low, destination!.high];
  expect(words(apply)).toEqual([...places, 0, 0, 160, 0, 0, 0, 0, 0]);
  expect(apply.operation.decode(new Records(new ArrayBuffer(32), 0, 1), 0, apply)).toBe(before);
  expect(apply.operation).toMatchObject({ partial: true, decides: true });
  expect(create().operation).toMatchObject({ partial: true });
});

test('what a record says of a delta', () => {
  const view = new DataView(new ArrayBuffer(32));
  const records = new Records(view.buffer, 0, 1);
  const decode = (result: number, expect?: unknown): unknown => {
    view.setUint8(0, Status.Success);
    view.setUint8(1, result);
    view.setUint32(4, 24, true);
    view.setUint32(16, 20, true);
    const operands = create(expect);
    return operands.operation.decode(records, 0, operands);
  };
  const bytes = record.subarray(0, 20);
  expect(decode(0)).toEqual({ outcome: 'equal', record: bytes, scanned: 64, expected: true });
  expect(decode(1, ['equal'])).toMatchObject({
    outcome: 'different',
    scanned: 64,
    expected: false,
  });
  expect(decode(2, ['overflow'])).toMatchObject({
    outcome: 'overflow',
    scanned: 24,
    expected: true,
  });
  const { operation } = create();
  for (const expected of [true, false]) {
    const result = { outcome: 'equal', record: bytes, scanned: 0, expected } as const;
    expect(operation.succeeded!(result)).toBe(expected);
  }
  const none = create(['different']);
  const empty = { outcome: 'equal', record: Buffer.alloc(0), scanned: 0, expected: false };
  expect(operation.empty!(none)).toEqual(empty);
});

test('of a part nothing is expected', () => {
  const { source, second, destination } = create(['equal']);
  expect(deltaPartOperands(source!, second!, destination!)).toEqual({
    ...create(),
    value: undefined,
  });
});
