import { syncMover, type DataOperations, type Mover, type OpName } from '../../lib';
import { addon } from '../../lib/addon';
import { operationNames } from '../../lib/movers/capabilities';
import { deviations } from './dml-deviations';

const describeWithDml =
  addon().intelDml === undefined
    ? (name: string, body: () => void) => {
        describe.skip(`${name} (skipped: not built with it, DML_ROOT says where it is)`, body);
      }
    : describe;

const bytes = (): Buffer => Buffer.alloc(4096, 1);
const blocks = (): Buffer => Buffer.alloc(1040);

/** An ordinary case of each operation. */
const ordinary: Readonly<Partial<Record<OpName, (m: DataOperations) => PromiseLike<unknown>>>> = {
  copy: (m) => m.copy(bytes(), bytes()),
  move: (m) => {
    const memory = bytes();
    return m.move(memory.subarray(1), memory.subarray(0, 4095));
  },
  fill: (m) => m.fill(bytes(), 7),
  dualcast: (m) => {
    const memory = Buffer.alloc(2 * 4096);
    return m.dualcast([memory.subarray(0, 64), memory.subarray(4096, 4160)], Buffer.alloc(64));
  },
  compare: (m) => m.compare(bytes(), bytes()),
  comparePattern: (m) => m.comparePattern(bytes(), 1),
  equals: (m) => m.equals(bytes(), bytes()),
  crc32c: (m) => m.crc32c(bytes()),
  copyCrc32c: (m) => m.copyCrc32c(bytes(), bytes()),
  createDelta: (m) => m.createDelta(bytes(), bytes().fill(2, 0, 8)),
  difCheck: (m) => m.dif.check(blocks(), { refMode: 'fixed' }),
  difInsert: (m) => m.dif.insert(blocks(), Buffer.alloc(1024), {}),
  difStrip: (m) => m.dif.strip(Buffer.alloc(1024), blocks(), { refMode: 'fixed' }),
  difUpdate: (m) => m.dif.update(blocks(), blocks(), { refMode: 'fixed' }, {}),
};

describeWithDml('Intel DML as provider', () => {
  let mover: Mover;
  /** How many operations DML executes meanwhile. */
  const byIntelDml = async (attempt: () => PromiseLike<unknown>): Promise<number> => {
    const before = mover.stats().software!.byIntelDml;
    await attempt();
    return mover.stats().software!.byIntelDml - before;
  };

  beforeAll(() => {
    mover = syncMover({ engine: 'intel-dml' });
  });
  afterAll(() => mover.close());

  test.each(Object.entries(ordinary))('%s is done by DML', async (_name, attempt) => {
    expect(await byIntelDml(() => attempt(mover))).toBe(1);
  });

  test('the table of deviations names all operations that are not', () => {
    const always = deviations.filter(({ when }) => when === undefined);
    const left = always.map(({ operation }) => operation);
    expect([...Object.keys(ordinary), ...left].sort()).toEqual([...operationNames].sort());
  });

  test.each(deviations.map((row) => [`${row.operation}, ${row.when ?? 'always'}`, row] as const))(
    'as hardware: %s',
    async (_name, { attempt, expected, ours }) => {
      const executed = await byIntelDml(async () => {
        expect(await attempt(mover)).toEqual(expected);
      });
      expect(executed).toBe(ours === 'rest' ? 1 : 0);
    },
  );
});
