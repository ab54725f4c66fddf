import { addon } from '../../lib/addon';
import { statusName, Status } from '../../lib/abi/completion-record';
import { layout, layoutDifferences } from '../../lib/abi/layout';

test('both languages mean the same wire format', () => {
  expect(layoutDifferences(layout, addon().layout)).toEqual([]);
  expect(Object.keys(layout).length).toBeGreaterThan(50);
});

test('the specification’s numbers', () => {
  expect(layout).toMatchObject({
    DESCRIPTOR_BYTES: 64,
    RECORD_BYTES: 32,
    'descriptor.Record': 8,
    'descriptor.Source': 16,
    'descriptor.Destination': 24,
    'descriptor.TransferSize': 32,
    'descriptor.Destination2': 40,
    'record.Status': 0,
    'record.Result': 1,
    'record.BytesCompleted': 4,
    'record.Crc': 16,
    'opcode.MemoryMove': 3,
    'opcode.CacheFlush': 0x20,
    'flag.CrcBypassDataReflection': 1 << 18,
    'status.MisalignedAddress': 0x1c,
  });
});

test.each([
  ['another value', { A: 1, B: 2 }, { A: 1, B: 3 }, 'B: 2 here, 3 in the addon'],
  ['a name that the addon lacks', { A: 1, B: 2 }, { A: 1 }, 'B: 2 here, undefined in the addon'],
  ['a name that only it has', { A: 1 }, { A: 1, C: 0 }, 'C: undefined here, 0 in the addon'],
])('%s is reported', (_name, ours, theirs, report) => {
  expect(layoutDifferences(ours as any, theirs as any)).toEqual([report]);
});

test('an addon of another version is refused with the command to type', () => {
  jest.isolateModules(() => {
    const wrong = { ...addon(), layout: { ...addon().layout, RECORD_BYTES: 64 } };
    jest.doMock('bindings', () => () => '/another/version.node');
    jest.doMock('/another/version.node', () => wrong, { virtual: true });
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const fresh = require('../../lib/addon') as typeof import('../../lib/addon');
    const call = (): unknown => fresh.addon();
    expect(call).toThrow(expect.objectContaining({ code: 'ERR_MOVER_UNSUPPORTED' }));
    expect(call).toThrow('RECORD_BYTES: 32 here, 64 in the addon');
    expect(call).toThrow('npx datamover build');
    jest.dontMock('bindings').dontMock('/another/version.node');
  });
});

test('statuses have names', () => {
  expect(statusName(Status.PageFault)).toBe('page fault');
  expect(statusName(Status.PageFault | Status.WriteFault)).toBe('page fault');
  expect(statusName(0x3e)).toBe('unknown status');
});
