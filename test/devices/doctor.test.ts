import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { diagnose, type Diagnosis } from '../../lib';
import { describeWithModel, emulate } from '../support/device-model';
import { looking, Tree, type TreeOptions } from './tree';

const root = resolve(__dirname, '../..');
const cli = 'dist/cli/main.js';

interface Run {
  readonly status: number | null;
  readonly stdout: string;
}

function doctor(env: NodeJS.ProcessEnv, ...args: string[]): Run {
  return spawnSync(process.execPath, [cli, 'doctor', ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
}

const broken: readonly [TreeOptions, what: RegExp, remedy: RegExp | undefined][] = [
  [{ device: { state: 'disabled' } }, /dsa0 is disabled/, /configure-dsa/],
  [{ device: { pasid_enabled: '0' } }, /pasid_enabled 0/, /intel_iommu=on,sm_on/],
  [{ device: { cmd_status: '0x14' } }, /refused its last command/, undefined],
  [{ device: { cmd_status: '0x80110000' } }, /refused its last command/, undefined],
  [{ queue: { state: 'disabled' } }, /it is disabled/, /^sudo accel-config enable-wq dsa0\/wq0.0$/],
  [{ queue: { type: '' } }, /its type is unknown, not user/, /--apply --force$/],
  [{ queue: { size: '0' } }, /it has no entries/, /--apply --force$/],
  [
    { queue: { max_transfer_size: '1'.repeat(20) } },
    /which is not from 0 to 4294967295/,
    undefined,
  ],
  [{ queue: { state: '\x1b[31m' } }, /it is \?\[31m/, undefined],
  [{ device: { errors: '00000000,00000001' } }, /dsa0 reports errors/, undefined],
  [{ device: { version: 'odd' } }, /which makes no sense here/, undefined],
  [{ queue: { type: 'kernel' } }, /wq0.0 cannot be used: its type is kernel/, /configure-dsa/],
  [{ queue: { driver_name: 'dmaengine' } }, /its driver is dmaengine/, /configure-dsa/],
  [{ queue: { threshold: '0' } }, /wq0.0 has threshold 0/, undefined],
  [{ noDeviceFile: true }, /wq0.0 does not exist/, /docker run --device|enable-wq/],
  [{ noEngine: true }, /group 0, which has no engine/, /configure-dsa/],
];

test.each(broken)(
  'says what is wrong with %j',
  async (options, what, remedy) => {
    const { usable, findings } = await looking(new Tree(options), () => diagnose());
    expect(usable).toBe(false);
    const finding = findings.find((each) => what.test(each.what));
    expect(finding).toBeDefined();
    expect(finding!.level).not.toBe('ok');
    if (remedy !== undefined) expect(finding!.remedy).toMatch(remedy);
  },
  30_000,
);

test('without a device: software only', () => {
  const { status, stdout } = doctor({ DSA_SYSFS_PATH: '/nowhere', DSA_DEV_PATH: '/nowhere' });
  expect(status).toBe(1);
  expect(stdout).toMatch('ok    self-test on threads passed');
  expect(stdout).toMatch('/nowhere does not exist');
  expect(stdout).toMatch('No work queue can be used: operations run in software.');
});

test('with a device that is broken, as data', () => {
  const tree = new Tree({ device: { state: 'disabled' } });
  const { status, stdout } = doctor(tree.env, '--json');
  tree.remove();
  expect(status).toBe(2);
  const { usable, findings } = JSON.parse(stdout) as Diagnosis;
  expect(usable).toBe(false);
  expect(findings).toContainEqual(
    expect.objectContaining({ level: 'error', what: 'dsa0 is disabled' }),
  );
});

test.each([['doctor', 'x'], ['nothing'], [], ['emulate'], ['build', 'x']])(
  '%j is no command',
  (...args) => {
    const { status, stderr } = spawnSync(process.execPath, [cli, ...args], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toMatch('Usage: datamover <command>');
  },
);

describeWithModel('on the device model', () => {
  test('usable hardware', async () => {
    const { code, stdout } = await emulate([], [process.execPath, cli, 'doctor']);
    expect(stdout).toMatch(/ok {4}self-test on wq0\.0 passed: hardware \(wq0\.0 mmap\)/);
    expect(stdout).toMatch(/ok {4}self-test on wq0\.1 passed/);
    expect(stdout).toMatch(
      /note {2}a device model in .* stands for a DSA: nothing below is hardware/,
    );
    expect(stdout).toMatch('Work queues of a device model can be used.');
    expect(code).toBe(0);
  });

  test('the portal may not be mapped: write() serves', async () => {
    const { code, stdout } = await emulate(
      ['--mmap-errno', '1'],
      [process.execPath, cli, 'doctor'],
    );
    expect(stdout).toMatch(/self-test on wq0\.0 passed: hardware \(wq0\.0 write\)/);
    expect(code).toBe(0);
  });

  test('a device without engines', async () => {
    const options = ['--device', 'dsa0:engines=0'];
    const { code, stdout } = await emulate(options, [process.execPath, cli, 'doctor']);
    expect(stdout).toMatch('wq0.0 is in group 0, which has no engine');
    expect(code).toBe(2);
  });

  test('a device that never answers', async () => {
    const { code, stdout } = await emulate(['--stuck'], [process.execPath, cli, 'doctor']);
    expect(stdout).toMatch(/FAIL {2}self-test on wq0\.0 failed.*does not answer a no-op/);
    expect(code).toBe(2);
  });

  test('emulate runs a command, and gives its exit code', () => {
    const code = "process.exit(require('node:fs').existsSync(process.env.DSA_SYSFS_PATH) ? 7 : 1)";
    const { status } = spawnSync(
      process.execPath,
      [cli, 'emulate', '--seed', '3', '--', process.execPath, '-e', code],
      { cwd: root },
    );
    expect(status).toBe(7);
  });

  test.each<[args: string[], message: RegExp]>([
    [['--'], /emulate needs a command/],
    [['--seed', '1'], /emulate needs a command/],
    [['--root', '/tmp', '--', 'true'], /emulate sets --root itself/],
  ])('emulate %j is refused', (args, message) => {
    const { status, stderr } = spawnSync(process.execPath, [cli, 'emulate', ...args], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });

  test('emulate names its options, and refuses others', () => {
    const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
      spawnSync(process.execPath, [cli, 'emulate', ...args], { cwd: root, encoding: 'utf8' });
    expect(run('--help')).toMatchObject({ status: 0 });
    expect(run('--help').stdout).toMatch('--fault-every N');
    expect(run('--nonsense', '1', '--', 'true')).toMatchObject({ status: 2 });
    for (const [option, value, message] of [
      ['--queue', 'wq0.0:size=-1', 'size has to be a number'],
      ['--queue', 'wq0.0:size=65536', 'size has to be from 0 to 65535'],
      ['--queue', 'wq0.0:mode=odd', "mode has to be shared or dedicated, not 'odd'"],
      ['--queue', 'wq0.0:size=2,threshold=3', 'threshold above its size'],
      ['--queue', 'wq99999999999.0', 'is no name of a queue'],
      ['--queue', 'wq0.0:front=page', 'has to be dedicated'],
      ['--delay-ns', '1e3', "or does not take '1e3'"],
    ] as const) {
      expect(run(option, value, '--', 'true').stderr).toMatch(message);
    }
    expect(run('--delay-ns', '--', 'true').stderr).toMatch('or lacks its value');
    expect(run('--queue', 'wq0.0:size=x', '--', 'true').stderr).toMatch(
      "size has to be a number, not 'x'",
    );
  });
});
