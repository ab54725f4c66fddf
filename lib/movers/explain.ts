import { Order } from '../jobs/order';
import type { OpName } from '../operations/operation';
import type { Choice, Figures, Origin } from './choice';
import type { EngineKind } from './cost-model';
import type { Hardware } from './hardware';
import type { Settings } from './options';

/** Who would do an operation, and why. */
export interface Explanation {
  readonly path: 'hardware' | 'software';
  /** On the calling thread, on threads of ours, on a work queue, or an engine of your own. */
  readonly engine: EngineKind | 'own';
  readonly why: string;
  /** From which size on it goes to hardware, in bytes; Infinity: it does not. */
  readonly threshold: number;
  /** From which size on threads do what software does, in bytes; Infinity: they do not. */
  readonly threadsThreshold: number;
  /** Where the thresholds come from; absent where there is nothing to choose from. */
  readonly from?: { readonly threshold: Origin; readonly threadsThreshold: Origin };
  /** What was measured of such operations by engine, whatever their size; absent likewise. */
  readonly measured?: Readonly<Partial<Record<EngineKind, Figures>>>;
}

/** The engines of a mover: hardware, the calling thread, threads. */
export interface Available {
  readonly hardware: Hardware | undefined;
  readonly inline: boolean;
  readonly threads: boolean;
}

/** Who would do an operation with these settings, which name the path if there is but one. */
export function explain(
  op: OpName,
  bytes: number,
  settings: Pick<Settings, 'order' | 'flags'>,
  available: Available,
  choice: Choice,
): Explanation {
  const [way, threshold] = pathOf(op, bytes, settings, available.hardware, choice);
  const threads = softwareThreshold(op, available, choice);
  const engine = way.path === 'hardware' ? 'hardware' : bytes < threads ? 'inline' : 'threads';
  const explanation = { ...way, engine, threshold, threadsThreshold: threads } as const;
  const chooses = available.inline && available.threads;
  if (!chooses || (settings.order & Order.PathMask) === Order.Hardware) return explanation;
  const from = {
    threshold: choice.threshold('hardware', op).origin,
    threadsThreshold: choice.threshold('threads', op).origin,
  };
  return { ...explanation, from, measured: choice.figures(op) };
}

function softwareThreshold(op: OpName, { inline, threads }: Available, choice: Choice): number {
  if (!threads) return Infinity;
  return inline ? choice.threshold('threads', op).bytes : 0;
}

function pathOf(
  op: OpName,
  bytes: number,
  { order, flags }: Pick<Settings, 'order' | 'flags'>,
  hardware: Hardware | undefined,
  choice: Choice,
): [way: Pick<Explanation, 'path' | 'why'>, threshold: number] {
  const software = (why: string, threshold = Infinity): ReturnType<typeof pathOf> => {
    return [{ path: 'software', why }, threshold];
  };
  if (hardware === undefined) return software('this mover has no work queues');
  const path = order & Order.PathMask;
  if (path === Order.Software) return software('software alone was asked for');
  if (path === Order.Hardware) {
    return [{ path: 'hardware', why: 'hardware alone was asked for' }, 0];
  }
  const { bytes: threshold } = choice.threshold('hardware', op);
  if (threshold === Infinity) return software(`${op} never goes to hardware`);
  if ((flags & hardware.refuses) !== 0) {
    return software('not all of its work queues can honour the options');
  }
  if (!hardware.serves) {
    return software('none of its work queues serves at the moment', threshold);
  }
  const why = `${op} goes to hardware from ${String(threshold)} bytes on`;
  return bytes < threshold ? software(why, threshold) : [{ path: 'hardware', why }, threshold];
}
