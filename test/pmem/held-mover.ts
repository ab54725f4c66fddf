import { FutureState, moverFrom, syncMover, type Mover } from '../../lib';

/** A mover whose copies end when they are let go, one after the other, well or not. */
export function heldMover(): { mover: Mover; pending: ((fails?: boolean) => void)[] } {
  const pending: ((fails?: boolean) => void)[] = [];
  interface Handle {
    state: FutureState;
    failed: boolean;
    readonly run: () => unknown;
  }
  const mover = moverFrom<Handle>({
    name: 'held',
    capabilities: { ...syncMover().capabilities, async: true },
    create: (op, args) => {
      const { dst, src } = args as { dst: Buffer; src?: Buffer };
      const run = (): unknown => (src === undefined ? dst.fill(0) : src.copy(dst));
      return op === 'copy' || op === 'fill'
        ? { state: FutureState.Running, failed: false, run }
        : null;
    },
    start: (handle) => {
      pending.push((fails = false) => {
        if (!fails) handle.run();
        handle.failed = fails;
        handle.state = FutureState.Complete;
      });
      return true;
    },
    check: ({ state }) => state,
    finish: ({ failed }) => {
      if (failed) throw new Error('the copy failed');
      return undefined;
    },
  });
  return { mover, pending };
}
