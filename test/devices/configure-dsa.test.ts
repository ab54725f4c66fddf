import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { Tree, type TreeOptions } from './tree';

const script = resolve(__dirname, '../../scripts/configure-dsa.mjs');

function configure(
  options: TreeOptions,
  ...args: string[]
): { status: number | null; lines: string[] } {
  const tree = new Tree(options);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    env: { ...process.env, ...tree.env },
    encoding: 'utf8',
  });
  tree.remove();
  return { status, lines: `${stdout}${stderr}`.trim().split('\n') };
}

const disabled: TreeOptions = { device: { state: 'disabled' } };

test('prints what it would do, in the order that the driver wants', () => {
  const { status, lines } = configure(disabled);
  expect(status).toBe(0);
  expect(lines.filter((line) => line.includes('config-engine'))).toHaveLength(4);
  expect(lines).toContain(
    'accel-config config-wq dsa0/wq0.0 --group-id=0 --mode=shared --wq-size=128 --threshold=128 ' +
      '--type=user --driver-name=user --name=shared --priority=10 --max-batch-size=32 ' +
      '--max-transfer-size=2097152 --block-on-fault=0',
  );
  expect(lines.slice(-3)).toEqual([
    'accel-config enable-device dsa0',
    'accel-config enable-wq dsa0/wq0.0',
    '# nothing was done; --apply does it',
  ]);
});

test('a dedicated queue has no threshold', () => {
  const { lines } = configure(disabled, '--config', 'dedicated-and-shared', '--group', 'dsa');
  const queues = lines.filter((line) => line.includes('config-wq'));
  expect(queues).toHaveLength(2);
  expect(queues[0]).toMatch('--mode=dedicated');
  expect(queues[0]).not.toMatch('--threshold');
  expect(queues[1]).toMatch('--threshold=60');
  expect(lines).toContain('chgrp dsa /dev/dsa/wq0.1');
});

test('leaves alone what is enabled, unless it is forced', () => {
  expect(configure({}).lines).toEqual([
    '# dsa0 is enabled and is left alone; --force disables it first',
  ]);
  expect(configure({}, '--force').lines[0]).toBe('accel-config disable-device dsa0');
  expect(configure({}, '--undo').lines[0]).toBe('accel-config disable-device dsa0');
  expect(configure(disabled, '--undo').lines).toEqual(['']);
});

test.each([
  [['--config', 'none'], /there is no configuration 'none'/],
  [['--device', 'dsa7'], /has no dsa7/],
  [['--bogus'], /configure-dsa: Unknown option '--bogus'; --help names the options/],
  [['--group', 'a;b'], /'a;b' is no name of a group/],
])('refuses %j', (args, message) => {
  const { status, lines } = configure(disabled, ...args);
  expect(status).toBe(1);
  expect(lines.join()).toMatch(message);
});

test('refuses more entries than a device has', () => {
  const small: TreeOptions = { device: { state: 'disabled', max_work_queues_size: '64' } };
  expect(configure(small).lines.join()).toMatch('dsa0 has 64 entries, and the queues want 128');
});
