// Workers that end by themselves, in the manner that the argument names; prints how they ended.
const { join } = require('node:path');
const { Worker } = require('node:worker_threads');

async function endOf(manner) {
  const worker = new Worker(join(__dirname, 'ending-worker.cjs'), { workerData: manner });
  const end = { messages: [], error: undefined };
  worker.on('message', (message) => end.messages.push(message));
  worker.on('error', (error) => (end.error = error.message));
  const code = await new Promise((resolve) => worker.on('exit', resolve));
  return { ...end, code };
}

async function main() {
  const [, , manner] = process.argv;
  const ends = await Promise.all([endOf(manner), endOf(manner)]);
  ends.push(await endOf(manner));
  console.log(JSON.stringify(ends));
}

main();
