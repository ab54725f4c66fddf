import { open } from 'datamover';
import { addon } from '../../dist/addon.js';

/** Which engine does the work, and why. */
export async function engineLines(mover, { source, first }) {
  // A future of this tense starts when it is first polled: this one only tells where it would run.
  const background = mover.futures.copy(first, source).has('async');
  const where = background ? 'off the event loop' : 'on the spot, since the file is small';
  const kernels = Object.entries(addon().kernels).map(([name, kernel]) => `${name}: ${kernel}`);
  return [
    `Engine: ${mover.name}, ${where}`,
    `Kernels: ${kernels.join('; ')}`,
    `Why: ${await whyThisEngine()}`,
  ];
}

async function whyThisEngine() {
  try {
    const hardware = await open({ path: 'hardware' });
    await hardware.close();
    const device = process.env.DATAMOVER_DEVICE_MODEL ? 'a device model' : 'an Intel DSA';
    return `${device} was found, large operations go to ${hardware.name}`;
  } catch (error) {
    return error.message;
  }
}
