import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { emulate, noDeviceModel, shim, type Outcome } from '../support/device-model';

// The device model is right if programs that nobody here wrote take it for a DSA.

const children = 'test/hardware/children';
const dsaTest = '/usr/libexec/accel-config/test/dsa_test';

/** Why this cannot be tested here, or undefined. */
function obstacle(program: string, privileged: boolean): string | undefined {
  if (noDeviceModel !== undefined) return noDeviceModel;
  if (!existsSync(program)) return `${program} is missing: sh scripts/install-foreign-clients.sh`;
  if (!privileged) return undefined;
  if (process.getuid!() !== 0) return 'only root may mount the tree over /sys';
  const tried = spawnSync('unshare', ['-m', 'true']);
  return tried.status === 0 ? undefined : 'mount namespaces are not allowed here';
}

function testWith(name: string, why: string | undefined, body: () => Promise<void>): void {
  if (why === undefined) test(name, body, 120_000);
  else test.skip(`${name} (skipped: ${why})`, body);
}

/** The shim is for the client, not for the programs that make its namespace. */
function inNamespace(options: readonly string[], command: readonly string[]): Promise<Outcome> {
  const enter = ['env', '-u', 'LD_PRELOAD', 'unshare', '-m', 'sh', `${children}/in-namespace.sh`];
  return emulate(options, [...enter, shim, ...command]);
}

interface ListedDevice {
  readonly dev: string;
  readonly state: string;
  readonly groups: readonly {
    readonly grouped_workqueues?: readonly { readonly dev: string; readonly state: string }[];
    readonly grouped_engines?: readonly object[];
  }[];
}

testWith('accel-config lists it', obstacle('/usr/bin/accel-config', true), async () => {
  for (const arguments_ of [['list'], ['list', '-i']]) {
    const { code, stdout, stderr } = await inNamespace([], ['accel-config', ...arguments_]);
    expect([code, stderr]).toEqual([0, '']);
    const [device] = JSON.parse(stdout) as ListedDevice[];
    expect([device!.dev, device!.state]).toEqual(['dsa0', 'enabled']);
    const [group] = device!.groups;
    expect(group!.grouped_engines).toHaveLength(4);
    expect(group!.grouped_workqueues!.map(({ dev, state }) => [dev, state])).toEqual([
      ['wq0.0', 'enabled'],
      ['wq0.1', 'enabled'],
    ]);
  }
});

describe.each([
  ['dedicated', '0', []],
  ['shared', '1', []],
  ['shared, and busy', '1', ['--busy-every', '4']],
])('dsa_test, %s', (_name, type, options) => {
  testWith(
    'every operation, alone, in batches, many at a time',
    obstacle(dsaTest, true),
    async () => {
      const { code, stdout, statistics } = await inNamespace(options, [
        'sh',
        `${children}/dsa-test.sh`,
        type,
      ]);
      expect([code, stdout]).toEqual([0, '134 runs\n']);
      for (const { overflows } of Object.values(statistics)) expect(overflows).toBe(0);
    },
  );
});

testWith("DPDK's dmadev_autotest", obstacle('/usr/bin/dpdk-test', false), async () => {
  const queue = ['--queue', 'wq0.0:mode=dedicated,size=32,name=dpdk_model,max-batch=64'];
  const options = '--no-huge -m 256 --no-telemetry --no-pci --file-prefix=dpdk';
  const command = ['sh', '-c', `echo dmadev_autotest | dpdk-test ${options} 2>&1`];
  const { stdout, statistics } = await emulate(queue, command);
  expect(stdout).toMatch('### Test dmadev instance 0 [wq0.0]');
  expect(stdout).toMatch('Test OK');
  const { members, overflows } = statistics['wq0.0']!;
  expect(members).toBeGreaterThan(100_000);
  expect(overflows).toBe(0);
});
