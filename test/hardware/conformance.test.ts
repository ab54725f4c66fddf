import { describeWithModel, emulate } from '../support/device-model';

const suite = 'test/hardware/children/conformance.ts';
const jest_ = ['node_modules/jest/bin/jest.js', '--runInBand', '--testMatch', `**/${suite}`];
const faults = ['--fault-every', '3', '--reorder', '8'];

/** Every way to a queue. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  'shared, by ENQCMD': ['--queue', 'wq0.0:mode=shared,size=32', '--busy-every', '5'],
  'dedicated, by MOVDIR64B': ['--queue', 'wq0.0:mode=dedicated,size=16'],
  'by write(), the portal refused': ['--mmap-errno', '1'],
  'by write() into a FIFO': ['--queue', 'wq0.0:front=fifo,size=32'],
  'a polled page': [
    ...['--queue', 'wq0.0:mode=dedicated,size=64,front=page'],
    // For the shim, which a CPU without MOVDIR64B needs.
    ...['--queue', 'wq0.1:state=disabled'],
  ],
};

/** All runs take minutes: the suite makes those with faults, each in one of the tenses. */
const all = process.env['DATAMOVER_HARDWARE_RUNS'] === 'all';
const tenses = all ? [''] : ['eager', 'lazy'];

describeWithModel('the conformance suite on the device model', () => {
  for (const [index, [kind, queues]] of Object.entries(kinds).entries()) {
    const tense = tenses[index % tenses.length];
    test.each(all ? ['no faults', 'faults'] : ['faults'])(
      `${kind}, %s`,
      async (run) => {
        const options = [...queues, ...(run === 'faults' ? faults : [])];
        const outcome = await emulate(options, [process.execPath, ...jest_], {
          DATAMOVER_TEST_HARDWARE: '{}',
          DATAMOVER_TEST_TENSE: tense,
        });
        expect(outcome.stderr).not.toMatch('✕');
        expect(outcome.code).toBe(0);
        const { submitted, members, overflows, unreported, injected } =
          outcome.statistics['wq0.0']!;
        expect(submitted + members).toBeGreaterThan(5000);
        expect(overflows).toBe(0);
        expect(unreported).toBe(0);
        expect(injected > 0).toBe(run === 'faults');
      },
      180_000,
    );
  }
});
