// Futures from the ground up: a mover's, one of our own, both as a chain, and one polled by hand.
import { FutureState, Runtime, chain, chainOf, future, mover } from 'datamover';

const text = Buffer.from('nothing happens unless polled');

/** A future of our own. Its task is called in every poll, and prints a word each time. */
const print = (bytes) =>
  future({ words: bytes.toString().split(' '), printed: 0 }, ({ data, resolve }) => {
    console.log(`  ${data.words[data.printed++]}`);
    return data.printed < data.words.length ? FutureState.Running : resolve(data.printed);
  });

// The runtime polls a future until it is complete.
const target = Buffer.alloc(text.length);
const copy = mover.futures.copy(target, text);
console.log('made: idle', copy.state === FutureState.Idle, 'copied', target.equals(text));
await Runtime.default.wait(copy);
console.log('run: complete', copy.state === FutureState.Complete, 'copied', target.equals(text));

// So does `await`, by the default runtime.
console.log('words:', await print(target));

// A chain, entry by entry, over a state that is its output. `init` makes the future of an entry when
// the chain comes to it, `map` takes what that future gives.
const state = { from: text, to: Buffer.alloc(text.length), words: 0 };
const entries = chainOf(state, [
  { init: ({ from, to }) => mover.futures.copy(to, from) },
  {
    init: ({ to }) => print(to),
    map: (words, _next, state) => {
      state.words = words;
    },
  },
]);
console.log('words of the chain:', (await entries).words);

// The same in the fluent form: every step is given the output of the one before.
const steps = chain(() => mover.futures.copy(Buffer.alloc(text.length), text)).next(print);
console.log('words of the fluent chain:', await steps);

// A copy polled by hand. Between two polls there is time for anything else.
const byHand = mover.futures.copy(Buffer.alloc(text.length), text);
while (byHand.poll() !== FutureState.Complete);
console.log('by hand: copied', byHand.output.equals(text));
