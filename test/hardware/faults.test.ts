import { describeWithModel } from '../support/device-model';
import { onModel } from '../support/on-model';

const queue = ['--queue', 'wq0.0:size=16,max-transfer=65536'];

/** Memory at odd places in its pages, and each operation on it. */
const setting = `
  const { Pool } = library;
  const pool = new Pool({ align: 4096, slabBytes: 2 ** 21 });
  const [a, b, c] = [1, 2, 3].map(() => pool.alloc(2 ** 18));
  for (let i = 0; i < b.length; i++) b[i] = i % 251;
  const BYTES = 150001;
  const at = (buffer) => buffer.subarray(5, 5 + BYTES);
  const operations = {
    copy: (m, o) => m.copy(at(a), at(b), o),
    fill: (m, o) => m.fill(at(a), 3, o),
    dualcast: (m, o) => m.dualcast([at(a), at(c)], at(b), o),
    compare: (m, o) => m.compare(at(b), at(c), o),
    comparePattern: (m, o) => m.comparePattern(at(c), 0, o),
    equals: (m, o) => m.equals(at(b), at(c), o),
    crc32c: (m, o) => m.crc32c(at(b), o),
    copyCrc32c: (m, o) => m.copyCrc32c(at(a), at(b), o),
    flush: (m, o) => m.flush(at(a), o),
  };
  const prepare = (name) => {
    a.fill(0);
    c.fill(0);
    if (name === 'compare' || name === 'equals') b.copy(c);
  };`;

interface Failure {
  readonly name: string;
  readonly code: string;
  readonly operation: string;
  readonly status: number;
  readonly bytesCompleted: number;
  readonly fault: { readonly access: string; readonly argument: string; readonly offset: number };
  /** Bytes of the destination that are as they should be, from its beginning. */
  readonly written?: number;
}

const argumentsOf: Readonly<Record<string, readonly string[]>> = {
  copy: ['read src', 'write dst'],
  fill: ['write dst'],
  dualcast: ['read src', 'write dsts[0]', 'write dsts[1]'],
  compare: ['read a', 'read b'],
  comparePattern: ['read a'],
  equals: ['read a', 'read b'],
  crc32c: ['read src'],
  copyCrc32c: ['read src', 'write dst'],
  flush: ['write range', 'read range'],
};

describeWithModel('onFault: error', () => {
  let failures: Readonly<Record<string, readonly Failure[]>>;
  let stats: { faults: { read: number; write: number; continued: number }; retries: number };
  beforeAll(async () => {
    const { value } = await onModel<[typeof failures, typeof stats]>(
      [...queue, '--fault-every', '1', '--seed', '1'],
      `${setting}
      const mover = await open({ path: 'hardware', onFault: 'error' });
      const failures = {};
      for (const name of Object.keys(operations)) {
        failures[name] = [];
        for (let turn = 0; turn < 6; turn++) {
          prepare(name);
          const failure = await outcome(operations[name](mover));
          const expected = name === 'fill' ? Buffer.alloc(BYTES, 3) : at(b);
          const written = at(a).findIndex((byte, i) => byte !== expected[i]);
          failures[name].push({ ...failure, written: written < 0 ? BYTES : written });
        }
      }
      return [failures, mover.stats()];`,
    );
    [failures, stats] = value;
  });

  test.each(Object.keys(argumentsOf))('%s says how far it came, and where it stopped', (op) => {
    for (const failure of failures[op]!) {
      const { status, bytesCompleted, fault, written } = failure;
      expect(failure).toMatchObject({
        ...{ name: 'MoverError', code: 'ERR_MOVER_PAGE_FAULT', operation: op },
      });
      expect(status & 0x3f).toBe(3);
      expect(fault.access).toBe((status & 0x80) === 0 ? 'read' : 'write');
      expect(argumentsOf[op]).toContain(`${fault.access} ${fault.argument}`);
      expect(bytesCompleted).toBeLessThan(150_001);
      // A device names the byte, or no more than its page.
      expect(fault.offset).toBeGreaterThanOrEqual(0);
      expect(fault.offset).toBeLessThanOrEqual(bytesCompleted + 4096);
      if (['copy', 'fill', 'dualcast', 'copyCrc32c'].includes(op)) {
        expect(written).toBeGreaterThanOrEqual(bytesCompleted);
      }
    }
  });

  test('every fault is counted, and none is gone on from', () => {
    const { faults, retries } = stats;
    expect([faults.continued, retries]).toEqual([0, 0]);
    // Several pieces of one operation may stop.
    expect(faults.read + faults.write).toBeGreaterThanOrEqual(6 * 9);
  });
});

describeWithModel('onFault: continue and retry', () => {
  test.each<[onFault: 'continue' | 'retry', every: string]>([
    ['continue', '1'],
    ['continue', '3'],
    ['retry', '2'],
    ['retry', '5'],
  ])('%s, a fault in every %s', async (onFault, every) => {
    interface Value {
      readonly right: Readonly<Record<string, boolean>>;
      readonly faults: {
        readonly read: number;
        readonly write: number;
        readonly continued: number;
      };
      readonly retries: number;
    }
    const { value, queues } = await onModel<Value>(
      [...queue, '--fault-every', every, '--seed', '2'],
      `${setting}
      const mover = await open({ path: 'hardware' });
      const reference = syncMover();
      const right = {};
      for (const name of Object.keys(operations)) {
        const seen = [];
        for (const [m, o] of [[reference], [mover, { onFault: '${onFault}' }]]) {
          prepare(name);
          const value = await operations[name](m, o);
          const result = Buffer.isBuffer(value) || Array.isArray(value) ? 'memory' : value;
          seen.push(JSON.stringify([result, Buffer.concat([a, b, c]).toString('latin1')]));
        }
        right[name] = seen[0] === seen[1];
      }
      const { faults, retries } = mover.stats();
      return { right, faults, retries };`,
    );
    const { right, faults, retries } = value;
    expect(right).toEqual(Object.fromEntries(Object.keys(right).map((name) => [name, true])));
    expect(faults.read + faults.write).toBe(queues['wq0.0']!.injected);
    expect(faults.read + faults.write).toBe(faults.continued + retries);
    expect(onFault === 'continue' ? retries : faults.continued).toBe(0);
    expect(Object.keys(right)).toEqual(Object.keys(argumentsOf));
  });

  test('the operation decides, then the view, then the mover', async () => {
    const { value } = await onModel(
      [...queue, '--fault-every', '1'],
      `const mover = await open({ path: 'hardware', onFault: 'error' });
      const view = mover.with({ onFault: 'continue' });
      const [target, source] = buffers(2, 4096);
      return [
        await code(mover.copy(target, source)),
        await code(mover.copy(target, source, { onFault: 'continue' })),
        await code(view.copy(target, source)),
        await code(view.copy(target, source, { onFault: 'error' })),
        await code(mover.copy(target, source, { path: 'hardware' })),
        await code(mover.copy(target, source, { onFault: 'ignore' })),
        await code(open({ onFault: 'ignore' })),
      ];`,
    );
    const fault = 'ERR_MOVER_PAGE_FAULT';
    const wrong = 'ERR_INVALID_ARG_VALUE';
    expect(value).toEqual([fault, 'ok', 'ok', fault, fault, wrong, wrong]);
  });
});
