import {
  completed,
  moverFrom,
  syncMover,
  threadsMover,
  type Bytes,
  type Mover,
  type OpCall,
  type OpOptions,
} from '../../lib';
import { delegatingBackend } from '../conformance/delegating';
import { campaign } from './campaign';
import type { EngineKind } from './engines';
import { limit } from './settle';
import { Tally } from './tally';

const bytesOf = (bytes: Bytes): Buffer => syncMover().register(bytes).bytes;

/** An engine that is right but for what `before` does, or gives instead. */
const breaking = (before: (...call: OpCall) => unknown): (() => Mover) => {
  const { create } = delegatingBackend;
  return () =>
    moverFrom({
      ...delegatingBackend,
      create: (...call) => {
        const instead = before(...call);
        return instead === undefined ? create(...call) : completed(instead);
      },
    });
};

/** Engines with a mistake each. */
const engines: Readonly<Record<string, () => Mover>> = {
  beyond: breaking((op, args) => {
    if (op !== 'copy') return;
    const { buffer, byteOffset, length } = bytesOf(args.dst);
    Buffer.from(buffer, byteOffset + length, 1)[0]! ^= 1;
  }),
  idle: breaking((...[op]) => (op === 'copy' ? 'nothing done' : undefined)),
  result: breaking((...[op]) => (op === 'crc32c' ? 42 : undefined)),
  late: breaking((op, args) => {
    if (op !== 'fill') return;
    const bytes = bytesOf(args.dst);
    setTimeout(() => bytes.fill(7), 5);
  }),
  error: breaking((...[op]) => {
    if (op === 'compare') throw Object.assign(new Error('no'), { code: 'no' });
  }),
  slots: () => {
    const mover = syncMover();
    const stats = mover.stats();
    return Object.assign(mover, { stats: () => ({ ...stats, inFlight: 1 }) });
  },
  patient: () => {
    const mover = threadsMover({ threads: 1 });
    const all = mover.with.bind(mover);
    return Object.assign(mover, {
      with: (options: OpOptions) => all({ ...options, timeoutMs: Infinity }),
    });
  },
  endless: () => {
    const { check } = delegatingBackend;
    const ends = (output: unknown): boolean => typeof output !== 'number';
    return moverFrom({
      ...delegatingBackend,
      check: (future) => (ends(future.output) ? check(future) : 2),
    });
  },
};

/** What a few rounds find with each of them, and what they say of the last that was lost. */
export async function findAll(): Promise<{
  found: Record<string, readonly string[]>;
  lost: string | undefined;
}> {
  limit.ms = 100;
  const found: Record<string, readonly string[]> = {};
  let lost: string | undefined;
  for (const [name, open] of Object.entries(engines)) {
    const tally = new Tally();
    const kind: EngineKind = { name, open };
    await campaign({
      seed: 7,
      engines: [kind],
      model: undefined,
      tally,
      ms: Infinity,
      rounds: 2,
      most: 40,
      onRound: () => undefined,
    });
    lost = tally.findings.findLast(({ evil }) => evil === 'lost')?.what ?? lost;
    found[name] = [...new Set(tally.findings.map(({ evil }) => evil))];
  }
  return { found, lost };
}
