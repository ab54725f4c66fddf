// A concurrent hash map whose operations are chains of futures; see hashmap/hash-map.mjs.
import { Runtime, mover } from 'datamover';
import { HashMap } from './hashmap/hash-map.mjs';

const VALUE_BYTES = 4096;
const CAPACITY = 16;

const map = new HashMap(mover, { capacity: CAPACITY, valueBytes: VALUE_BYTES });
const runtime = Runtime.default;
const filled = (byte) => Buffer.alloc(VALUE_BYTES, byte);
const keys = Array.from({ length: CAPACITY }, (_, index) => index * 1000);

// As many operations at once as one likes: the mover gets their copies together.
const puts = keys.map((key, index) => map.put(key, filled(index)));
const written = await runtime.waitAll(puts);
console.log('put:', written.filter(Boolean).length, 'keys');

const values = await runtime.waitAll(keys.map((key) => map.get(key)));
const right = values.filter((value, index) => value.equals(filled(index)));
console.log('get:', right.length, 'values are right');

// All slots are taken.
const refused = map.put(16_000, filled(16));
await refused.promise().catch((error) => console.log('put: failed,', error.message));

// An equal value is not written again.
console.log('put: written', await map.put(3000, filled(3)));

// Writers and readers of one key come one after the other: nobody sees half a value.
const writers = [100, 101, 102].map((byte) => map.put(5000, filled(byte)));
const readers = [map.get(5000), map.get(5000)];
await runtime.waitAll([...writers, ...readers]);
const whole = readers.filter(({ output }) => output.equals(filled(output[0])));
console.log('get while it is put:', whole.length, 'values are whole');

// The slot of a removed key is used again, and the keys that were put past it are still found.
console.log('remove: was there', await map.remove(7000));
console.log('remove: was there', await map.remove(7000));
console.log('get:', await map.get(7000));
console.log('put: written', await map.put(16_000, filled(16)));
const found = await runtime.waitAll([...keys, 16_000].map((key) => map.get(key)));
console.log('get:', found.filter((value) => value !== undefined).length, 'of', found.length);

map.close();
