// All that can be measured, by name.
import { engineSubjects, loopPeers } from './engine.mjs';
import { moverSubject, parseMover } from './movers.mjs';
import { nodePeers } from './node.mjs';
import { packagePeers } from './packages.mjs';
import { pollSubjects } from './polls.mjs';
import { workerPeers } from './workers.mjs';

const named = {
  ...nodePeers,
  ...packagePeers,
  ...workerPeers,
  ...pollSubjects,
  ...engineSubjects,
  ...loopPeers,
};

export const isSubject = (name) => parseMover(name) !== undefined || Object.hasOwn(named, name);

/** Takes slots by the gathering, over and over. */
function slotCursor(count, depth) {
  let at = -depth;
  return {
    next() {
      at += depth;
      if (at === count) at = 0;
      return at;
    },
  };
}

/**
 * @param context - `operation`, `operationName`, `bytes`, `depth`, `buffers`, `count` slots in each,
 * and `given`, where results are put
 * @returns `run`, which has `depth` operations done; `async`: whether it gives a promise;
 * `otherWork`: what it leaves is not that of the operation; `close`
 * @throws Skip where it cannot be had
 */
export function subject(name, context) {
  const own = {
    ...context,
    slots: slotCursor(Math.max(context.count, context.depth), context.depth),
  };
  const mover = parseMover(name);
  return mover === undefined ? named[name](own) : moverSubject(mover, own);
}
