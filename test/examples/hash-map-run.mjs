// Random operations on few keys, many at a time, against a model. Arguments: mover, seed, number of keys.
import process from 'node:process';
import { Runtime, open, threadsMover } from 'datamover';
import { HashMap } from '../../examples/hashmap/hash-map.mjs';
import { Model } from './model.mjs';
import { roughMover } from './rough-mover.mjs';

const [kind, ...numbers] = process.argv.slice(2);
const [SEED, KEYS] = numbers.map(Number);
const OPERATIONS = 800;
const AT_A_TIME = 40;
const KINDS = ['put', 'put', 'put', 'get', 'get', 'get', 'remove'];
const VALUES = ['a', 'b', 'c'];
const VALUE_BYTES = 64;

/** A fair run takes about 20 polls for each operation; one that never ends takes more than these. */
const MAX_POLLS = 1_000_000;

/** xorshift32 */
function randomFrom(seed) {
  let x = seed;
  return {
    below(bound) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      return (x >>> 0) % bound;
    },
  };
}

const keyOf = (index) => index * 0x0100_0001;
const bytesOf = (value) => Buffer.alloc(VALUE_BYTES, value);
/** The letter that the value consists of; a torn one gives more than that. */
const valueOf = (bytes) => bytes && [...new Set(bytes.toString())].join('');

function randomOperation(map, random) {
  const key = keyOf(random.below(KEYS));
  const kind = KINDS[random.below(KINDS.length)];
  const value = kind === 'put' ? VALUES[random.below(VALUES.length)] : undefined;
  return { kind, key, value, future: map[kind](key, ...(value ? [bytesOf(value)] : [])) };
}

function outcomeOf({ kind, future }) {
  const { error } = future;
  if (error !== undefined) return { error };
  return { output: kind === 'get' ? valueOf(future.output) : future.output };
}

/** Polled by hand, in random order, and sometimes cancelled: the seed decides everything. */
function runByHand(map, model, random) {
  const journal = [];
  const counts = { done: 0, cancelled: 0, broken: 0, unwritten: 0 };
  const pending = [];
  let left = OPERATIONS;
  for (let polls = 0; (left > 0 || pending.length > 0) && polls < MAX_POLLS; polls++) {
    while (left > 0 && pending.length < AT_A_TIME) {
      pending.push(randomOperation(map, random));
      left--;
    }
    const at = random.below(pending.length);
    const operation = pending[at];
    if (random.below(300) === 0) operation.future.cancel(new Error('cancelled'));
    operation.future.poll();
    if (!operation.future.done) continue;
    pending.splice(at, 1);
    const outcome = outcomeOf(operation);
    model.note(operation, outcome);
    counts.done++;
    if (outcome.error !== undefined) counts[outcome.error.message]++;
    if (operation.kind === 'put' && outcome.output === false) counts.unwritten++;
    journal.push([operation.kind, operation.key, outcome.output ?? outcome.error?.message]);
  }
  return { ...counts, journal };
}

/** All at once, by the runtime and real threads. */
async function runByRuntime(map, model, random) {
  const operations = Array.from({ length: OPERATIONS }, () => randomOperation(map, random));
  const futures = operations.map(({ future }) => future);
  let done = 0;
  for await (const { index } of Runtime.default.completions(futures)) {
    model.note(operations[index], outcomeOf(operations[index]));
    done++;
  }
  return { done };
}

/** Every key has the value that it must, and none is locked for ever. */
async function inspect(map, model) {
  for (let index = 0; index < KEYS; index++) {
    const operation = { kind: 'get', key: keyOf(index), future: map.get(keyOf(index)) };
    await Promise.allSettled([Runtime.default.wait(operation.future, { timeoutMs: 1000 })]);
    if (operation.future.done) model.note(operation, outcomeOf(operation));
    else model.problems.push(`key ${operation.key} is locked`);
  }
}

const random = randomFrom(SEED);
const mover = kind === 'threads' ? threadsMover({ threads: 2 }) : await open();
const worker = kind === 'rough' ? roughMover(mover, random) : mover;
// As many slots as keys: never full, always crowded.
const map = new HashMap(worker, { capacity: KEYS, valueBytes: VALUE_BYTES });
const model = new Model(kind === 'rough' ? ['cancelled', 'broken'] : []);
const result = await (kind === 'rough' ? runByHand : runByRuntime)(map, model, random);
await inspect(map, model);
console.log(JSON.stringify({ ...result, problems: model.problems }));
map.close();
await mover.close();
