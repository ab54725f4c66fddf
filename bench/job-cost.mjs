// The price of a job: 64-byte copies as lazy futures, 32 gathered and polled to completion by hand
// on the inline engine, against one Buffer.copy call each.
import { open } from 'datamover';
import { compare, print } from './measure.mjs';

const views = 1024;
const bytes = 64;
const gathering = 32;

const source = Buffer.alloc(views * bytes, 1);
const target = Buffer.alloc(views * bytes);
const part = (buffer, index) => buffer.subarray(index * bytes, (index + 1) * bytes);
const sources = Array.from({ length: views }, (_, index) => part(source, index));
const targets = Array.from({ length: views }, (_, index) => part(target, index));

const mover = await open({ path: 'software' });
const { futures } = mover;
const pending = new Array(gathering);

function ours() {
  for (let first = 0; first < views; first += gathering) {
    for (let i = 0; i < gathering; i++) {
      pending[i] = futures.copy(targets[first + i], sources[first + i]);
    }
    for (let i = 0; i < gathering; i++) pending[i].poll();
    for (let i = 0; i < gathering; i++) {
      if (pending[i].poll() !== 1) throw new Error('a job of the inline engine is not complete');
    }
  }
}

function peer() {
  for (let s = 0; s < views * bytes; s += bytes) source.copy(target, s, s, s + bytes);
}

print('64-byte lazy copy', compare(ours, peer, { operations: views, repeats: 20 }), 'Buffer.copy');
await mover.close();
