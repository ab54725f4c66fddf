import { describeWithModel, emulate } from '../support/device-model';

/** `DATAMOVER_OPERATIONS=1000000` for long. */
const operations = process.env['DATAMOVER_OPERATIONS'] ?? '10000';
const seed = process.env['DATAMOVER_SEED'] ?? '4711';

const shared = ['--queue', 'wq0.0:mode=shared,size=16,max-transfer=16384,max-batch=8'];
const dedicated = ['--queue', 'wq0.1:mode=dedicated,size=8,max-transfer=32768,max-batch=16'];
const trouble = ['--fault-every', '5', '--busy-every', '7', '--reorder', '8', '--seed', seed];

describeWithModel('operations of random kind and size on the device model', () => {
  test.each<[name: string, options: string[]]>([
    ['faults, refusals, any order', [...shared, ...dedicated, ...trouble]],
    ['and delays', [...shared, ...dedicated, ...trouble, '--delay-ns', '20000']],
    ['pages that are really not there', [...shared, ...dedicated, '--real-faults']],
    ['by write()', [...shared, ...dedicated, ...trouble, '--mmap-errno', '1']],
    ['one entry', ['--queue', 'wq0.0:mode=dedicated,size=1,max-batch=1', ...trouble]],
  ])(
    '%s',
    async (_name, options) => {
      const child = ['test/hardware/children/stress.cjs', operations, seed, '{}'];
      const outcome = await emulate(options, [process.execPath, ...child]);
      expect(outcome.stderr).toBe('');
      expect(outcome.code).toBe(0);
      for (const { overflows, unreported } of Object.values(outcome.statistics)) {
        expect([overflows, unreported]).toEqual([0, 0]);
      }
    },
    900_000,
  );
});
