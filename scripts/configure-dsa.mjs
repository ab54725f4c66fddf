// Sets Intel DSA devices up for user programs, by accel-config. Prints what it would do; --apply does it.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const usage = `Usage: node configure-dsa.mjs [options]

Prints the commands that set up every DSA device of this machine; --apply runs them (as root).

  --config NAME   shared: one shared queue a device, for any number of processes (default);
                  dedicated-and-shared: one queue for one process, one for the others
  --device dsaN   this device alone; may be repeated
  --group NAME    members of this group may use the queues (default: root alone)
  --force         disable devices that are enabled first; what uses them fails
  --undo          disable the devices
  --apply         run the commands
`;

function fail(message) {
  console.error(`configure-dsa: ${message}`);
  process.exit(1);
}

function options() {
  try {
    return parseArgs({
      options: {
        config: { type: 'string', default: 'shared' },
        device: { type: 'string', multiple: true },
        group: { type: 'string' },
        force: { type: 'boolean', default: false },
        undo: { type: 'boolean', default: false },
        apply: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    return fail(`${error.message.split('. ')[0]}; --help names the options`);
  }
}

const values = options();
// It is printed as part of a command that somebody may paste.
if (values.group !== undefined && !/^[a-z_][\w.-]*\$?$/i.test(values.group)) {
  fail(`'${values.group}' is no name of a group`);
}

const root = process.env.DSA_SYSFS_PATH ?? '/sys/bus/dsa/devices';

function devices() {
  let names;
  try {
    names = readdirSync(root).filter((name) => /^dsa\d+$/.test(name));
  } catch {
    fail(`${root} does not exist: no DSA here, or its driver is not loaded (modprobe idxd)`);
  }
  if (names.length === 0) fail(`${root} names no DSA`);
  const wanted = values.device ?? names.sort();
  for (const name of wanted) if (!names.includes(name)) fail(`${root} has no ${name}`);
  return wanted;
}

const read = (...path) => readFileSync(join(root, ...path), 'latin1').trim();

function configuration() {
  const file = fileURLToPath(new URL(`dsa/${values.config}.json`, import.meta.url));
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return fail(`there is no configuration '${values.config}': shared, dedicated-and-shared`);
  }
}

/** The order matters: the mode before the threshold, the type before the name, groups before all. */
function setUp(device, { groups, queues }) {
  const number = device.slice('dsa'.length);
  const entries = Number(read(device, 'max_work_queues_size'));
  const engines = Number(read(device, 'max_engines'));
  const total = queues.reduce((sum, { size }) => sum + size, 0);
  if (total > entries) fail(`${device} has ${entries} entries, and the queues want ${total}`);
  const commands = [];
  let engine = 0;
  groups.forEach((group, index) => {
    for (let i = 0; i < group.engines && engine < engines; i++, engine++) {
      commands.push([
        'accel-config',
        'config-engine',
        `${device}/engine${number}.${engine}`,
        `--group-id=${index}`,
      ]);
    }
  });
  queues.forEach(({ group, mode, size, threshold, name }, index) => {
    commands.push([
      'accel-config',
      'config-wq',
      `${device}/wq${number}.${index}`,
      `--group-id=${group}`,
      `--mode=${mode}`,
      `--wq-size=${size}`,
      ...(mode === 'shared' ? [`--threshold=${threshold}`] : []),
      '--type=user',
      '--driver-name=user',
      `--name=${name}`,
      '--priority=10',
      '--max-batch-size=32',
      '--max-transfer-size=2097152',
      '--block-on-fault=0',
    ]);
  });
  commands.push(['accel-config', 'enable-device', device]);
  queues.forEach((_, index) => {
    const file = `/dev/dsa/wq${number}.${index}`;
    commands.push(['accel-config', 'enable-wq', `${device}/wq${number}.${index}`]);
    if (values.group === undefined) return;
    commands.push(['chgrp', values.group, file], ['chmod', '660', file]);
  });
  return commands;
}

function plan(device, config) {
  const enabled = read(device, 'state') === 'enabled';
  const disable = ['accel-config', 'disable-device', device];
  if (values.undo) return enabled ? [disable] : [];
  if (enabled && !values.force) {
    console.log(`# ${device} is enabled and is left alone; --force disables it first`);
    return [];
  }
  return [...(enabled ? [disable] : []), ...setUp(device, config)];
}

if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const config = configuration();
const commands = devices().flatMap((device) => plan(device, config));
for (const command of commands) {
  console.log(command.join(' '));
  if (!values.apply) continue;
  const { status, error } = spawnSync(command[0], command.slice(1), { stdio: 'inherit' });
  if (error?.code === 'ENOENT') fail(`${command[0]} is not installed (apt install accel-config)`);
  if (status !== 0)
    fail(`this failed: ${command.join(' ')}; node configure-dsa.mjs --undo --apply`);
}
if (!values.apply && commands.length > 0) console.log('# nothing was done; --apply does it');
