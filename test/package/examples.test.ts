import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const examples = resolve(__dirname, '../../examples');

function run(file: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(examples, file), ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const rounds = (kind: string) =>
  [1, 2, 3, 4, 5].map((round) => `round ${round}: ${kind}, arrived: true\n`).join('');

/** Command lines and all that they print. */
const expected: Record<string, string> = {
  'basic.mjs': `
made: idle true copied false
run: complete true copied true
  nothing
  happens
  unless
  polled
words: 4
  nothing
  happens
  unless
  polled
words of the chain: 4
  nothing
  happens
  unless
  polled
words of the fluent chain: 4
by hand: copied true
`,
  'basic-async.mjs': rounds('asynchronous'),
  'basic-async.mjs sync': rounds('synchronous'),
  'basic-async.mjs threads': rounds('asynchronous'),
  'basic-async.mjs auto': rounds('asynchronous'),
  'hashmap.mjs': `
put: 16 keys
get: 16 values are right
put: failed, the map is full
put: written false
get while it is put: 2 values are whole
remove: was there true
remove: was there false
get: undefined
put: written true
get: 16 of 17
`,
  'copy-then-work.mjs': `
by hand: copied true
by hand: primes 2262
awaited: copied true
awaited: primes 2262
`,
  'foreign-loop.mjs': `
pollers, future 0: checksum is right true
pollers, future 1: checksum is right true
pollers, future 2: checksum is right true
wakers, future 0: checksum is right true
wakers, future 1: checksum is right true
wakers, future 2: checksum is right true
`,
  'interop.mjs': `
Promise.all: [ 'between worlds', 'between worlds' ]
Promise.allSettled: [ 'fulfilled', 'ERR_MOVER_LENGTH' ]
Promise.any: between worlds
completions: number 1, 10 polls
completions: number 2, 20 polls
completions: number 0, 30 polls
AbortSignal.timeout: TimeoutError
AbortSignal.timeout: future failed with it, true
once: an event brought this
emit: between worlds
`,
  'custom-mover-js.mjs': `
mover: plain JavaScript [ 'copy', 'fill', 'equals' ]
copy: true
copy: ERR_MOVER_LENGTH
crc32c: ERR_MOVER_UNSUPPORTED
fill: 102030405060708 polls 7
states: [ 2, 2, 0, 0 ]
equals: [ true, true, true, true ]
`,
  'custom-mover-worker.mjs': `
mover: worker thread [ 'waker' ]
copied: 20
filled: true
refused: a worker reaches memory over a SharedArrayBuffer only
mover: worker thread [ 'poller' ]
copied: 20
filled: true
refused: a worker reaches memory over a SharedArrayBuffer only
`,
};

test('every example is expected to print something', () => {
  const files = readdirSync(examples).filter((name) => name.endsWith('.mjs'));
  const named = Object.keys(expected).map((command) => command.split(' ')[0]);
  expect([...new Set(named)].sort()).toEqual(files.sort());
});

test.each(Object.entries(expected))('%s', (command, output) => {
  const [file, ...args] = command.split(' ');
  expect(run(file!, ...args)).toEqual({ status: 0, stdout: output.trimStart(), stderr: '' });
});

test.each(['fast', 'constructor'])('basic-async.mjs refuses the mover %s', (mover) => {
  const { status, stdout, stderr } = run('basic-async.mjs', mover);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toBe('usage: basic-async.mjs [sync | threads | auto]\n');
});
