// The memory of a job without an answer, once nobody has the mover any more: the device may still
// write it. Argument: how the mover goes, `worker` with its thread, or `closed`.
const { connect } = require('node:net');
const { join } = require('node:path');
const { setTimeout } = require('node:timers/promises');
const { Worker, isMainThread, workerData } = require('node:worker_threads');
const { open } = require('../../../dist');

const BYTES = 2 ** 20;

function control(command) {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(join(process.env.DATAMOVER_DEVICE_MODEL, 'control.socket'));
    socket.on('data', (data) => {
      answer += data.toString();
      if (!answer.endsWith('\n')) return;
      socket.end();
      resolve(JSON.parse(answer));
    });
    socket.write(`${command}\n`);
  });
}

async function lose(close) {
  const mover = await open({ path: 'hardware', timeoutMs: 100 });
  await control('set stuck 1');
  const outcome = await mover.fill(Buffer.alloc(BYTES), 7).then(String, ({ code }) => code);
  if (close) await mover.close();
  return outcome;
}

async function main() {
  process.on('warning', () => undefined);
  if (!isMainThread) {
    await lose(workerData.close);
    return;
  }
  if (process.argv[2] === 'worker') {
    const worker = new Worker(process.argv[1], {
      workerData: { close: process.argv[3] === 'close' },
    });
    await new Promise((resolve) => worker.once('exit', resolve));
  } else {
    console.log(await lose(true));
    for (let i = 0; i < 20; i++) {
      global.gc();
      await setTimeout(1);
    }
  }
  const before = await control('stats');
  await control('set stuck 0');
  for (;;) {
    const { completed } = (await control('stats'))['wq0.0'];
    if (completed > before['wq0.0'].completed) break;
    await setTimeout(5);
  }
  console.log(JSON.stringify((await control('stats'))['wq0.0'].statuses));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
