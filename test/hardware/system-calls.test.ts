import { spawnSync } from 'node:child_process';
import { describeWithModel, emulate, noDeviceModel } from '../support/device-model';

// The device files behave as those of the kernel's driver: drivers/dma/idxd/cdev.c.

const queues = [
  ...['--queue', 'wq0.0:mode=shared,size=4'],
  ...['--queue', 'wq0.1:mode=dedicated,size=200'],
  ...['--queue', 'wq0.2:state=disabled'],
];

const answers = {
  'opens a shared queue again': null,
  'opens a dedicated queue again': 'EBUSY',
  'opens a disabled queue': 'ENXIO',
  'opens a dedicated queue in a child': 'EBUSY',

  'maps a page': 0,
  'maps two pages': 'EINVAL',
  'maps in a child': 'EPERM',

  // Whole descriptors, until one is refused, and its error only if it is the first.
  'writes 0 bytes': 0,
  'writes 63 bytes': 0,
  'writes a batch': 'EINVAL',
  'writes a misaligned record': 'EINVAL',
  'writes from nowhere': 'EFAULT',
  'writes in a child': 'EPERM',
  'writes one and a half': 64,
  'writes one, and a batch': 64,
  'writes more than there is room for': 128,
  'writes into a full queue': 'EAGAIN',
  'writes 100 into a dedicated queue': 6400,

  'maps what it closes then': null,
  'opens a dedicated queue that is closed but mapped': 'EBUSY',
  'opens a dedicated queue that is free': null,
};

const command = ['python3', 'test/hardware/children/system-calls.py'];
const noPython =
  noDeviceModel ?? (spawnSync('python3', ['-V']).status === 0 ? undefined : 'python3');

function testWithPython(name: string, body: () => Promise<void>): void {
  if (noPython === undefined) test(name, body, 60_000);
  else test.skip(`${name} (skipped: ${noPython} is missing)`, body);
}

describeWithModel('system calls on the device files', () => {
  testWithPython('answer as the driver does', async () => {
    const { code, stdout, stderr, statistics } = await emulate([...queues, '--stuck'], command);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual(answers);
    expect([statistics['wq0.0']!.submitted, statistics['wq0.1']!.submitted]).toEqual([4, 100]);
  });

  testWithPython('without CAP_SYS_RAWIO nothing is mapped', async () => {
    const { code, stdout, stderr } = await emulate(
      [...queues, '--stuck', '--mmap-errno', '1'],
      command,
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({
      ...answers,
      'maps a page': 'EPERM',
      'maps two pages': 'EPERM',
      'maps what it closes then': 'EPERM',
      'opens a dedicated queue that is closed but mapped': null,
    });
  });
});
