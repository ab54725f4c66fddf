import {
  all,
  chain,
  completed,
  FutureState,
  moverFrom,
  Notifier,
  race,
  Runtime,
  type Future,
} from '../../lib';
import { bytes, copyOf, crcOf, fillOf, poll, polled, text } from './begun';
import { channelScenarios } from './channel-scenarios';
import type { Ground } from './ground';
import type { MoverName } from './movers';
import { pmemScenarios } from './pmem-scenarios';
import { queueScenarios } from './queue-scenarios';
import { crc32c, holds, isBatch, isCrc } from './values';

export interface Scenario {
  /** Sets it up; what it returns is cut off. */
  readonly begin: (ground: Ground) => (() => void) | Promise<() => void>;
  /** What the operations of others may fail with, and those that are cut off. */
  readonly others?: RegExp;
  readonly own?: RegExp;
  /** It polls what others have begun: that may be cut off itself. */
  readonly polls?: boolean;
  /** Nothing can begin after it. */
  readonly closes?: boolean;
  /** Default: all. */
  readonly movers?: readonly MoverName[];
}

const copiedAndSummed = (ground: Ground): Future<unknown> => {
  const target = Buffer.alloc(bytes.length);
  const batch = ground.mover.futures.batch((b) => {
    b.copy(target, bytes);
    b.fence();
    b.crc32c(target);
  });
  return ground.expect(batch, isBatch(target, text));
};

/** An engine of the program's own, which has the mover do the work. */
const throughAnEngine = ({ mover, expect }: Ground): Future<unknown> => {
  const own = moverFrom<Future<number>>({
    name: 'own',
    capabilities: { operations: ['crc32c'] },
    create: () => mover.futures.crc32c(bytes),
    start: (handle, notifier) => handle.poll(notifier) !== FutureState.Idle,
    check: (handle) => handle.poll(),
    finish: (handle) => handle.output,
    drop: (handle) => void handle.cancel(),
  });
  return expect(own.futures.crc32c(bytes), isCrc(text));
};

const aborted = /AbortError|^20: /;

/** By how operations begin, and what else is done to them. */
const operationScenarios: Record<string, Scenario> = {
  copy: { begin: polled(copyOf) },
  'copy of overlapping bytes': {
    begin: polled(({ mover, expect }) => {
      const both = Buffer.from('abcdefgh');
      const moved = mover.futures.move(both.subarray(1), both.subarray(0, 7));
      return expect(moved, holds(both, 'aabcdefg'));
    }),
  },
  crc32c: { begin: polled(crcOf) },
  'large fill': { begin: polled(fillOf) },
  promise: {
    begin: (ground) => {
      const future = crcOf(ground);
      return () => void future.promise();
    },
  },
  'eager copy': {
    begin: ({ mover, expect }) => {
      const target = Buffer.alloc(bytes.length);
      return () => poll(expect(mover.copy(target, bytes), holds(target, text)), 2);
    },
  },
  'eager and awaited': {
    begin:
      ({ mover, expect }) =>
      () =>
        void expect(mover.crc32c(bytes), isCrc(text)).then(undefined, () => undefined),
  },
  'cancel before it begins': {
    own: aborted,
    begin: (ground) => {
      const future = copyOf(ground);
      return () => void future.cancel();
    },
  },
  'cancel after it began': {
    own: aborted,
    begin: (ground) => {
      const futures = [copyOf(ground), fillOf(ground)];
      for (const future of futures) future.poll();
      for (const future of futures) void future.promise().catch(() => undefined);
      return () => {
        for (const future of futures) future.cancel();
      };
    },
  },
  'signal before it begins': {
    own: aborted,
    begin: (ground) => {
      const controller = new AbortController();
      const future = crcOf(ground, { signal: controller.signal });
      return () => {
        controller.abort();
        poll(future, 2);
      };
    },
  },
  'signal after it began': {
    own: aborted,
    begin: (ground) => {
      const controller = new AbortController();
      const future = crcOf(ground, { signal: controller.signal });
      return () => {
        future.poll();
        controller.abort();
        poll(future, 2);
      };
    },
  },
  waker: {
    begin: (ground) => {
      const future = crcOf(ground);
      const notifier = new Notifier({ wake: () => undefined, poller: true });
      return () => {
        future.poll(notifier);
        future.poll(notifier);
      };
    },
  },
  batch: { begin: polled(copiedAndSummed) },
  'eager batch': {
    begin: ({ mover, expect }) => {
      const target = Buffer.alloc(bytes.length);
      return () => {
        const batch = mover.batch((b) => {
          b.copy(target, bytes);
          b.fence();
          b.crc32c(target);
        });
        poll(expect(batch, isBatch(target, text)), 2);
      };
    },
  },
  sequence: {
    begin: ({ mover, expect }) => {
      const target = Buffer.alloc(bytes.length);
      const sequence = mover.sequence();
      const scratch = sequence.scratch(bytes.length);
      sequence.ops.copy(scratch, bytes);
      sequence.ops.copy(target, scratch);
      sequence.ops.crc32c(target);
      return () => poll(expect(sequence.run(), holds(target, text)), 2);
    },
  },
  dualcast: {
    begin: polled(({ mover, expect }) => {
      const apart = Buffer.alloc(2 * 4096);
      const targets = [apart.subarray(1, 11), apart.subarray(4103, 4113)] as const;
      const both = targets.map((target) => holds(target, text));
      return expect(mover.futures.dualcast(targets, bytes), () => both.every((is) => is()));
    }),
  },
  delta: {
    begin: polled(({ mover, expect }) => {
      const after = Buffer.alloc(64, 1);
      const made = mover.futures.createDelta(Buffer.alloc(64), after);
      return expect(made, ({ record }) => typeof record === 'object');
    }),
  },
  'data integrity fields': {
    begin: polled(({ mover, expect }) => {
      const into = Buffer.alloc(520);
      const inserted = mover.futures.dif.insert(into, Buffer.alloc(512, 3), { refTag: 9 });
      return expect(inserted, ({ ok }) => ok && into[511] === 3 && into[519] === 9);
    }),
  },
  equals: {
    begin: polled(({ mover, expect }) =>
      expect(mover.futures.equals(bytes, Buffer.from(text)), (equal) => equal === true),
    ),
  },
  drain: {
    polls: true,
    begin: polled(({ mover, expect }) =>
      expect(mover.futures.drain({ readback: [bytes] }), () => true),
    ),
  },
  chain: {
    begin: polled(({ mover, expect }) => {
      const nothing = chain(mover.futures.crc32c(bytes)).next(() => mover.futures.nop());
      return expect(
        nothing.next(() => completed(crc32c(text))),
        isCrc(text),
      );
    }),
  },
  all: {
    begin: polled(({ mover, expect }) =>
      expect(all([mover.futures.crc32c(bytes), mover.futures.nop()]), ([crc]) => isCrc(text)(crc)),
    ),
  },
  race: {
    begin: polled(({ mover, expect }) =>
      expect(race([mover.futures.crc32c(bytes), mover.futures.crc32c(bytes)]), isCrc(text)),
    ),
  },
  timeout: { begin: polled((ground) => crcOf(ground, { timeoutMs: 5000 })) },
  'eager timeout': {
    begin:
      ({ mover, expect }) =>
      () =>
        poll(expect(mover.crc32c(bytes, { timeoutMs: 5000 }), isCrc(text)), 2),
  },
  'timeout that is over': {
    own: /^ERR_MOVER_TIMEOUT/,
    begin: (ground) => {
      const future = crcOf(ground, { timeoutMs: 1 });
      future.poll();
      const end = performance.now() + 1.1;
      while (performance.now() < end);
      return () => poll(future, 2);
    },
  },
  'blocking wait': {
    polls: true,
    begin: (ground) => {
      const futures = [crcOf(ground), fillOf(ground)];
      return () => {
        for (const future of futures) Runtime.default.waitSync(future);
      };
    },
  },
  'polls of the runtime': {
    polls: true,
    begin: () => () => {
      Runtime.default.poll();
      Runtime.default.poll();
    },
  },
  'a runtime of its own': {
    polls: true,
    begin: (ground) => {
      const runtime = new Runtime({ drive: 'manual' });
      const future = crcOf(ground);
      ground.ends.push(() => void runtime.close());
      return () => {
        void runtime.wait(future).catch(() => undefined);
        runtime.poll();
        runtime.poll();
      };
    },
  },
  'memory given away': {
    own: /^ERR_MOVER_BUFFER_DETACHED/,
    begin: (ground) => {
      const memory = new ArrayBuffer(64);
      const future = ground.mover.futures.fill(memory, 0xee);
      future.poll();
      ground.give(memory, future);
      if (!future.done) ground.expect(future, () => false);
      return () => poll(future, 2);
    },
  },
  'an engine of its own': { begin: polled(throughAnEngine) },
  register: {
    begin:
      ({ mover }) =>
      () =>
        void mover.register(Buffer.alloc(64)),
  },
  close: {
    closes: true,
    // Of others, what has not begun.
    others: /^ERR_MOVER_CLOSED/,
    begin:
      ({ mover }) =>
      () =>
        void mover.close(),
  },
};

export const scenarios: Readonly<Record<string, Scenario>> = {
  ...operationScenarios,
  ...channelScenarios,
  ...queueScenarios,
  ...pmemScenarios,
};
