import { all } from '../../lib';
import type { Expected, Ground } from './ground';
import { holds, isBatch, isCrc, isFull } from './values';

const LARGE = 300_000;

/** Begins operations of others, each with a result of its own. */
export function beginOthers(ground: Ground): Expected[] {
  const { mover } = ground;
  const crc = (text: string): Expected => ({
    what: text,
    future: mover.crc32c(Buffer.from(text)),
    right: isCrc(text),
  });
  const copied = Buffer.alloc(6);
  const batched = Buffer.alloc(7);
  const gone = new ArrayBuffer(64);
  const others: Expected[] = [
    crc('first'),
    crc('second'),
    {
      what: 'all',
      future: all(['third', 'fourth'].map((text) => mover.futures.crc32c(Buffer.from(text)))),
      right: (crcs: number[]) => isCrc('third')(crcs[0]) && isCrc('fourth')(crcs[1]),
    },
    {
      what: 'batch',
      future: mover.batch((b) => {
        b.copy(batched, Buffer.from('batched'));
        b.nop();
      }),
      right: isBatch(batched, 'batched'),
    },
    {
      what: 'copy',
      future: mover.copy(copied, Buffer.from('copied')),
      right: holds(copied, 'copied'),
    },
    { what: 'fill', future: mover.fill(Buffer.alloc(LARGE), 1), right: isFull(1) },
    { what: 'drain', future: mover.drain(), right: () => true },
  ];
  // Of what was given away nobody expects anything.
  const filled = mover.futures.fill(gone, 0xee);
  filled.poll();
  ground.give(gone, filled);
  return others;
}

/** Operations that begin when all of that is over. */
export function beginLater({ mover }: Ground): Expected[] {
  const texts = ['after', 'later', 'at last'];
  const crcs = texts.map((text) => ({
    what: text,
    future: mover.crc32c(Buffer.from(text)),
    right: isCrc(text),
  }));
  const d = Buffer.alloc(4);
  const batch = mover.batch((b) => {
    b.copy(d, Buffer.from('then'));
  });
  return [...crcs, { what: 'later batch', future: batch, right: isBatch(d, 'then') }];
}
