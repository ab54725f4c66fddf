// Compiled by `npx tsc`: what an engine of one's own is given, and what becomes of its handle.
import { FutureState, moverFrom, type GivenOptions, type MoverBackend } from '../../lib';
import { type } from './equal';

// The arguments are told apart by the name of the operation, and the handle is inferred.
moverFrom({
  name: 'inferred',
  capabilities: { operations: ['copy', 'fill'] },
  create: (op, args) => (op === 'copy' ? { to: args.dst, from: args.src } : null),
  start(handle) {
    type<{ to: Buffer; from: Buffer }>().of(handle);
    return true;
  },
  check: () => FutureState.Complete,
  finish: ({ to }) => to,
});

const declared: MoverBackend<Buffer> = {
  name: 'declared',
  capabilities: { operations: ['fill'], async: true, notifiers: ['waker'] },
  create(op, args) {
    type<GivenOptions>().of(args.options);
    // @ts-expect-error -- not every operation has a destination
    type<Buffer>().of(args.dst);
    return op === 'fill' ? args.dst : null;
  },
  start: (handle, notifier) => notifier.useWaker() !== undefined && handle.length > 0,
  check: () => FutureState.Running,
  finish: (handle) => handle,
};
moverFrom(declared);

// @ts-expect-error -- an engine has to say what it can do
moverFrom({ ...declared, capabilities: {} });
