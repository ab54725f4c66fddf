// The simulation beside the device model, which really does its work, so that it can keep a pace only
// that is slow: that of a device some ten thousand times slower.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { device } from './device.mjs';
import { simulate } from './simulate.mjs';

/** Bytes in a microsecond. */
const BANDWIDTH = 3;
const SLOWER = (device.gigabytesPerSecond * 1000) / BANDWIDTH;
const COPIES = 96;

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Descriptors go through the model without waiting for an engine, but one after the other. */
const slow = {
  engines: Infinity,
  entries: 32,
  latency: device.latency * SLOWER,
  each: 0,
  gigabytesPerSecond: BANDWIDTH / 1000,
};

const points = [4096, 65536].flatMap((bytes) => [1, 2, 8].map((depth) => ({ bytes, depth })));

function onModel({ bytes, depth }) {
  // No batches: the model paces the bytes of single descriptors alone.
  const queue = `wq0.0:mode=dedicated,size=${slow.entries},max-batch=1`;
  const pace = ['--bandwidth', BANDWIDTH, '--delay-ns', slow.latency];
  const command = [process.execPath, path('./paced-copies.mjs'), bytes, depth, COPIES];
  const all = [path('../../dist/cli/main.js'), 'emulate', '--queue', queue, ...pace, '--'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...all, ...command].map(String), {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the device model: ${stderr}`);
  return JSON.parse(stdout).nanoseconds;
}

/** Nanoseconds of a copy in both; `skipped`: there can be no device model here, and why. */
export function crossCheck() {
  const { noDeviceModel } = createRequire(import.meta.url)('../../dist/cli/device-model.js');
  const skipped = noDeviceModel();
  if (skipped !== undefined) return { skipped };
  const rows = points.map((point) => {
    const { nanoseconds } = simulate({ device: slow, batch: 1, cost: 0, ...point });
    return { ...point, simulated: nanoseconds, deviceModel: onModel(point) };
  });
  return { slower: SLOWER, rows };
}
