import { FutureState, moverFrom, syncMover, type Mover } from '../../lib';

/** A mover whose copies end when they are let go, one after the other, well or not. */
export function heldMover(): { mover: Mover; pending: ((failure?: Error) => void)[] } {
  const pending: ((failure?: Error) => void)[] = [];
  interface Handle {
    state: FutureState;
    failure: Error | undefined;
    readonly run: () => unknown;
  }
  const mover = moverFrom<Handle>({
    name: 'held',
    capabilities: { ...syncMover().capabilities, async: true },
    create: (op, args) => {
      const { dst, src } = args as { dst: Buffer; src?: Buffer };
      const run = (): unknown => (src === undefined ? dst.fill(0) : src.copy(dst));
      return op === 'copy' || op === 'fill'
        ? { state: FutureState.Running, failure: undefined, run }
        : null;
    },
    start: (handle) => {
      pending.push((failure) => {
        if (failure === undefined) handle.run();
        handle.failure = failure;
        handle.state = FutureState.Complete;
      });
      return true;
    },
    check: ({ state }) => state,
    finish: ({ failure }) => {
      if (failure !== undefined) throw failure;
      return undefined;
    },
  });
  return { mover, pending };
}
