import { evaluate } from '../../bench/run';
import { BlockServer, Place } from './block-server';
import { EIO, NbdClient, READ, TRIM, WRITE } from './nbd-client';

const BLOCK = 4096;

const place = new Place();
afterAll(() => place.remove());

/** A device whose block 3 cannot be read. */
const make = `
  import { BttDevice, pmem } from 'datamover';
  const map = await pmem.map(${JSON.stringify(place.file)}, { create: true, length: 2 ** 24 });
  const device = await BttDevice.format(map);
  await device.markBad(3);
  await device.close();
  await map.close();
  console.log(device.blocks);`;

test('what fails in the device fails in the reply, until the block is written or trimmed', async () => {
  evaluate(make);
  const server = await BlockServer.start(place.options);
  const client = await NbdClient.open({ path: place.socket });
  const error = async (...asked: Parameters<NbdClient['request']>) =>
    (await client.request(...asked))?.error;

  const beyondIt = { offset: 2 * BLOCK, length: 4 * BLOCK };
  expect(await error(READ, beyondIt)).toBe(EIO);
  // The rest of the block is needed for that, and cannot be had.
  expect(await error(WRITE, { offset: 3 * BLOCK + 1, data: Buffer.from('part') })).toBe(EIO);
  expect(await error(READ, { offset: 2 * BLOCK, length: BLOCK })).toBe(0);

  const whole = Buffer.alloc(BLOCK, 'whole');
  await client.write(3 * BLOCK, whole);
  expect((await client.read(3 * BLOCK, BLOCK)).equals(whole)).toBe(true);
  expect(await error(TRIM, beyondIt)).toBe(0);
  expect(await error(READ, beyondIt)).toBe(0);
  await client.disconnect();
  expect(await server.stop()).toMatchObject({ code: 0, stderr: '' });
});
