import {
  moverFrom,
  syncMover,
  type Future,
  type Mover,
  type MoverBackend,
  type OpCall,
} from '../../lib';

const inner = syncMover();

/** What `moverFrom` was asked for, asked of the synchronous mover. */
function delegate(...call: OpCall): Future<unknown> {
  const m = inner.futures;
  const [op, args] = call;
  switch (op) {
    case 'copy':
    case 'move':
      return m[op](args.dst, args.src);
    case 'fill':
      return m.fill(args.dst, args.pattern);
    case 'dualcast':
      return m.dualcast(args.dsts, args.src);
    case 'compare':
      return m.compare(args.a, args.b, expecting(args.expect));
    case 'comparePattern':
      return m.comparePattern(args.a, args.pattern, expecting(args.expect));
    case 'equals':
      return m.equals(args.a, args.b);
    case 'crc32c': {
      const { src, seed, reflectValue, reflectData } = args;
      return m.crc32c(src, { seed, reflectValue, reflectData });
    }
    case 'copyCrc32c': {
      const { dst, src, seed, reflectValue, reflectData } = args;
      return m.copyCrc32c(dst, src, { seed, reflectValue, reflectData });
    }
    case 'createDelta':
      return m.createDelta(args.before, args.after, args.record, expecting(args.expect));
    case 'applyDelta':
      return m.applyDelta(args.target, args.record);
    case 'difCheck':
      return m.dif.check(args.src, args.source, args.layout);
    case 'difInsert':
      return m.dif.insert(args.dst, args.src, args.target, args.layout);
    case 'difStrip':
      return m.dif.strip(args.dst, args.src, args.source, args.layout);
    case 'difUpdate':
      return m.dif.update(args.dst, args.src, args.source, args.target, args.layout);
    case 'flush':
      return m.flush(args.range, { keep: args.keep });
    case 'nop':
      return m.nop();
    case 'drain':
      return m.drain({ readback: args.readback });
  }
}

const expecting = (expect: unknown): object => (expect === undefined ? {} : { expect });

/** An engine of one's own, which does nothing itself. */
export const delegatingBackend: MoverBackend<Future<unknown>> = {
  name: 'delegating',
  capabilities: inner.capabilities,
  create: delegate,
  start(future) {
    future.poll();
    return true;
  },
  check: (future) => future.state,
  finish: (future) => future.output,
  drop: (future) => future.cancel(),
};

/** A mover over it, which proves the arguments that such an engine is given. */
export const delegatingMover = (): Mover => moverFrom(delegatingBackend);
