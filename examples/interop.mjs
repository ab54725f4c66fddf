// Futures among the things that Node.js has already: promises, iterators, signals, events.
import { EventEmitter, once } from 'node:events';
import { FutureState, Runtime, chain, fromPromise, future, mover } from 'datamover';

const source = Buffer.from('between worlds');
const target = () => Buffer.alloc(source.length);

// A future is a thenable: it may stand wherever a promise may.
const copies = [mover.copy(target(), source), mover.futures.copy(target(), source)];
const copied = await Promise.all(copies);
console.log('Promise.all:', copied.map(String));

const tooShort = Buffer.alloc(1);
const settled = await Promise.allSettled([
  mover.copy(target(), source),
  mover.copy(tooShort, source),
]);
console.log(
  'Promise.allSettled:',
  settled.map(({ status, reason }) => reason?.code ?? status),
);

const any = await Promise.any([mover.copy(tooShort, source), mover.copy(target(), source)]);
console.log('Promise.any:', String(any));

/** A future that completes in its poll number `polls`. */
const countdown = (polls) =>
  future({ left: polls }, ({ data, resolve }) =>
    --data.left > 0 ? FutureState.Running : resolve(`${polls} polls`),
  );

// In the order of completion. The futures come wrapped: an iterator would await a bare thenable.
const runs = [30, 10, 20].map(countdown);
for await (const { index, future: run } of Runtime.default.completions(runs)) {
  console.log(`completions: number ${index}, ${run.output}`);
}

// A signal withdraws what has not begun, and stops a future that only its polls carry on. What an
// engine has begun is waited for before the promise rejects.
const endless = future(null, () => FutureState.Running);
const signal = AbortSignal.timeout(20);
await endless.promise({ signal }).catch(({ name }) => console.log('AbortSignal.timeout:', name));
console.log('AbortSignal.timeout: future failed with it,', endless.error === signal.reason);

// A promise as a future, as a step of a chain: the copy begins when the event has come.
const emitter = new EventEmitter();
const greeting = chain(fromPromise(() => once(emitter, 'data'))).next(([data]) =>
  mover.futures.copy(Buffer.alloc(data.length), data),
);
const arrival = greeting.promise();
setImmediate(() => emitter.emit('data', Buffer.from('an event brought this')));
console.log('once:', String(await arrival));

// And the other way: an event when a future is complete.
mover.copy(target(), source).then((bytes) => emitter.emit('copied', bytes));
const [bytes] = await once(emitter, 'copied');
console.log('emit:', String(bytes));
