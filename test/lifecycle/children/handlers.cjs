// What handlers do when a thread ends with work under way. Arguments: what, and whether the library is
// loaded later or earlier than they are registered; or `workers`: all of that, in one worker after the other.
const assert = require('node:assert');
const { isMainThread, Worker, workerData } = require('node:worker_threads');

const MIB = 1 << 20;

/** It may stay unfinished. */
function begin({ mover, threadsMover }) {
  for (const each of [mover, threadsMover({ threads: 1 })]) {
    for (const bytes of [64, 100_000, 8 * MIB]) each.futures.fill(Buffer.alloc(bytes), 1).poll();
  }
}

const acts = {
  begin,

  wait({ mover, Runtime }) {
    const target = Buffer.alloc(8 * MIB);
    Runtime.default.waitSync(mover.fill(target, 7));
    assert.equal(target.indexOf(0), -1);
  },

  close({ mover, Runtime, threadsMover }) {
    const other = threadsMover({ threads: 2 });
    other.futures.fill(Buffer.alloc(8 * MIB), 1).poll();
    for (const each of [mover, other]) void each.close();
    Runtime.default.poll();
    const late = mover.futures.nop();
    late.poll();
    assert.equal(late.error.code, 'ERR_MOVER_CLOSED');
  },
};

function register(act) {
  let turns = 0;
  process.on('beforeExit', () => {
    if (++turns < 3) begin(require('datamover'));
  });
  process.on('exit', (code) => {
    const library = require('datamover');
    begin(library);
    acts[act](library);
    begin(library);
    if (code === 0) process.exitCode = 5;
  });
}

const times = {
  later(act) {
    register(act);
    begin(require('datamover'));
    setTimeout(() => process.exit(), 2);
  },
  earlier(act) {
    begin(require('datamover'));
    register(act);
    setTimeout(() => process.exit(), 2);
  },
  /** The loop runs dry. */
  'by the handler': register,
};

async function workers() {
  for (const act of Object.keys(acts)) {
    for (const time of Object.keys(times)) {
      const worker = new Worker(module.filename, { workerData: [act, time] });
      const code = await new Promise((resolve, reject) => {
        worker.once('exit', resolve).once('error', reject);
      });
      assert.equal(code, 5);
    }
  }
}

const [act, time] = isMainThread ? process.argv.slice(2) : workerData;
if (act === 'workers') workers();
else times[time](act);
