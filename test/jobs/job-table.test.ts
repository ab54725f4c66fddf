import fc from 'fast-check';
import { addon } from '../../lib/addon';
import { Status } from '../../lib/abi/completion-record';
import { Flag, Opcode, Word } from '../../lib/abi/descriptor';
import { JobTable, MAX_SLOTS } from '../../lib/jobs/job-table';
import { SoftwareEngine } from '../../lib/jobs/engine';
import { Runtime } from '../../lib/runtime/runtime';

const DESCRIPTOR_BYTES = 64;
const DESCRIPTOR_WORDS = 16;
const RECORD_BYTES = 32;

const tables: JobTable<string>[] = [];

function tableOf(capacity: number): JobTable<string> {
  const table = new JobTable<string>(capacity);
  tables.push(table);
  return table;
}

afterEach(() => {
  for (const table of tables.splice(0)) table.close();
});

test('a table grows up to its capacity, then has no ticket', () => {
  const table = tableOf(8);
  const tickets = Array.from({ length: 8 }, (_, n) => table.acquire(`job ${n}`));
  expect(new Set(tickets.map((ticket) => table.slotOf(ticket)))).toEqual(
    new Set([0, 1, 2, 3, 4, 5, 6, 7]),
  );
  expect(table.full).toBe(true);
  expect(table.active).toBe(8);
  expect(table.acquire('one too many')).toBe(-1);
  expect(table.active).toBe(8);
  table.release(tickets[3]!);
  expect(table.full).toBe(false);
  expect(table.slotOf(table.acquire('in its place'))).toBe(3);
  expect(table.acquire('one too many')).toBe(-1);
});

test.each([1, 2, MAX_SLOTS])('capacity %d', (capacity) => {
  const table = tableOf(capacity);
  const tickets: number[] = [];
  for (let n = 0; n < capacity; n++) tickets.push(table.acquire(''));
  expect(new Set(tickets).size).toBe(capacity);
  expect(table.acquire('')).toBe(-1);
  for (const ticket of tickets) table.release(ticket);
  expect(table.active).toBe(0);
  expect(table.acquire('')).toBeGreaterThanOrEqual(0);
});

// Whoever sees to lost jobs may be cut off by a time limit, behind one, and come to it once more.
test('a slot is in quarantine once, and given back once', () => {
  const table = tableOf(4);
  const lost = table.slotOf(table.acquire('lost'));
  const others = [table.acquire('other'), table.acquire('other')];
  for (let times = 0; times < 2; times++) table.quarantine(table.ticket(lost));
  expect([table.active, table.quarantined]).toEqual([2, 1]);
  jest.spyOn(table.records, 'status').mockReturnValue(Status.Success);
  expect(table.reclaim()).toEqual([lost]);
  const taken = [table.acquire('next'), table.acquire('next'), ...others];
  expect(new Set(taken.map((ticket) => table.slotOf(ticket))).size).toBe(4);
  expect([table.active, table.full]).toEqual([4, true]);
});

test('slots in quarantine leave room for as many jobs as before', () => {
  const table = new JobTable<string>(2, 8);
  tables.push(table);
  const lose = (): void => {
    for (let n = 0; n < 2; n++) table.quarantine(table.acquire('lost'));
  };
  for (const ample of [true, true, false]) {
    lose();
    expect([table.full, table.ample]).toEqual([false, ample]);
  }
  const tickets = [table.acquire('right'), table.acquire('right')];
  expect(table.full).toBe(true);
  expect(table.acquire('one too many')).toBe(-1);
  for (const ticket of tickets) table.release(ticket);
  expect(table.reclaim()).toEqual([]);
});

test('a ticket that was released is stale, also when its slot has another job', () => {
  const table = tableOf(2);
  const ticket = table.acquire('first');
  table.release(ticket);
  expect(() => table.slotOf(ticket)).toThrow('stale');
  expect(() => table.release(ticket)).toThrow('stale');
  const next = table.acquire('second');
  expect(table.slotOf(next)).toBe(next & 0xffff);
  expect(next).not.toBe(ticket);
  expect(() => table.slotOf(ticket)).toThrow('stale');
  expect(table.job(table.slotOf(next))).toBe('second');
});

test('tickets stay small integers when generations wrap', () => {
  const table = tableOf(1);
  for (let n = 0; n < 70_000; n++) {
    const ticket = table.acquire('');
    if (ticket < 0 || ticket > 0x7fff_ffff) throw new Error(`ticket ${ticket}`);
    table.release(ticket);
  }
  expect(table.active).toBe(0);
});

test('slots are recycled in any order, and never twice at once', () => {
  const commands = fc.array(fc.record({ take: fc.boolean(), which: fc.nat(1000) }), {
    maxLength: 300,
  });
  fc.assert(
    fc.property(commands, (steps) => {
      const table = new JobTable<number>(16);
      const held: { ticket: number; job: number }[] = [];
      for (const [job, { take, which }] of steps.entries()) {
        if (take) {
          const ticket = table.acquire(job);
          expect(ticket === -1).toBe(held.length === 16);
          if (ticket >= 0) held.push({ ticket, job });
        } else if (held.length > 0) {
          table.release(held.splice(which % held.length, 1)[0]!.ticket);
        }
        expect(table.active).toBe(held.length);
        const slots = held.map(({ ticket }) => table.slotOf(ticket));
        expect(new Set(slots).size).toBe(held.length);
        expect(held.every(({ job: j }, n) => table.job(slots[n]!) === j)).toBe(true);
      }
      table.close();
    }),
    { seed: 4711, numRuns: 60 },
  );
});

/** Executes what is in these slots, on the spot. */
function execute(table: JobTable<string>, slots: readonly number[]): void {
  const { wakeUp } = Runtime.default;
  const options = { threads: 0, common: false, wakeUp, intelDml: false };
  const engine = new SoftwareEngine(table.id, options);
  for (const slot of slots) engine.push(slot);
  engine.submit();
  engine.close();
}

const begin = (table: JobTable<string>, job: string): number => {
  const ticket = table.acquire(job);
  table.prepare(table.slotOf(ticket), Opcode.Nop, 0, 0);
  return ticket;
};

test('a sweep settles what is complete, oldest first, within its budget', () => {
  const table = tableOf(16);
  const tickets = Array.from({ length: 6 }, (_, n) => begin(table, `job ${n}`));
  const settled: string[] = [];
  const settle = (job: string): void => {
    settled.push(job);
    table.release(tickets[Number(job.slice(4))]!);
  };
  expect(table.sweep(100, settle)).toBe(0);
  execute(
    table,
    [0, 1, 3, 5].map((n) => table.slotOf(tickets[n]!)),
  );
  expect(table.sweep(2, settle)).toBe(2);
  expect(settled).toEqual(['job 0', 'job 1']);
  expect(table.sweep(100, settle)).toBe(2);
  expect(settled).toEqual(['job 0', 'job 1', 'job 3', 'job 5']);
  expect(table.sweep(100, settle)).toBe(0);
  expect(table.active).toBe(2);
});

test('oldest first holds over many sweeps with small budgets', () => {
  const table = tableOf(64);
  const tickets = Array.from({ length: 40 }, (_, n) => begin(table, `job ${n}`));
  execute(
    table,
    tickets.map((ticket) => table.slotOf(ticket)),
  );
  const settled: number[] = [];
  while (table.active > 0) {
    table.sweep(7, (job) => {
      settled.push(Number(job.slice(4)));
      table.release(tickets[settled.at(-1)!]!);
    });
  }
  expect(settled).toEqual([...settled].sort((a, b) => a - b));
});

test('a descriptor is zero but for what prepare was told', () => {
  const table = tableOf(4);
  const slot = table.slotOf(table.acquire('job'));
  const dirty = table.prepare(slot, Opcode.Fill, Flag.CacheControl1, 77);
  const at = slot * DESCRIPTOR_WORDS;
  const record = [dirty[at + Word.Record], dirty[at + Word.Record + 1]];
  for (let word: number = Word.Source; word < DESCRIPTOR_WORDS; word++) dirty[at + word] = -1;
  const words = table.prepare(slot, Opcode.Crc, Flag.BlockOnFault, 123);
  const expected = new Int32Array(DESCRIPTOR_WORDS);
  expected[1] = (0x10 << 24) | Flag.BlockOnFault | Flag.RecordAddressValid | Flag.RequestRecord;
  expected[2] = record[0]!;
  expected[3] = record[1]!;
  expected[8] = 123;
  expect(words.slice(at, at + DESCRIPTOR_WORDS)).toEqual(expected);
  expect(table.records.status(slot)).toBe(Status.Pending);
});

test('each slot has a record of its own, aligned, in the table’s memory', () => {
  const made = addon().createTable(4)!;
  expect(made.memory.byteLength).toBe(4 * (DESCRIPTOR_BYTES + RECORD_BYTES));
  addon().closeTable(made.id);

  const table = tableOf(4);
  const addresses = Array.from({ length: 4 }, () => {
    const slot = table.slotOf(table.acquire(''));
    const words = table.prepare(slot, Opcode.Nop, 0, 0);
    const at = slot * DESCRIPTOR_WORDS + Word.Record;
    return (words[at]! >>> 0) + (words[at + 1]! >>> 0) * 2 ** 32;
  });
  expect(addresses.every((address) => address % RECORD_BYTES === 0)).toBe(true);
  expect(addresses.map((address) => address - addresses[0]!)).toEqual([0, 32, 64, 96]);
});
