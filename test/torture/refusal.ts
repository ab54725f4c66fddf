import type { DataOperations, Future } from '../../lib';
import type { Bench } from './arm';
import { settle } from './settle';

const detached = (): ArrayBuffer => {
  const buffer = new ArrayBuffer(64);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
};

const never = (): AbortSignal => AbortSignal.abort(Object.assign(new Error('no'), { code: 'no' }));

/** What is refused, and by which code. */
const mistakes: readonly [code: string, ask: (m: DataOperations, a: Buffer) => Future<unknown>][] =
  [
    ['ERR_MOVER_LENGTH', (m, a) => m.copy(a, a.subarray(1))],
    ['ERR_MOVER_OVERLAP', (m, a) => m.copy(a.subarray(0, 50), a.subarray(49, 99))],
    ['ERR_MOVER_OVERLAP', (m, a) => m.copyCrc32c(a.subarray(0, 50), a.subarray(10, 60))],
    ['ERR_INVALID_ARG_TYPE', (m, a) => m.copy(a, { length: 100 } as never)],
    ['ERR_INVALID_ARG_TYPE', (m, a) => m.move(Object.create(a) as Buffer, a)],
    ['ERR_INVALID_ARG_TYPE', (m, a) => m.fill(a, '7' as never)],
    ['ERR_OUT_OF_RANGE', (m, a) => m.fill(a, 256)],
    ['ERR_OUT_OF_RANGE', (m, a) => m.crc32c(a, { seed: -1 })],
    ['ERR_INVALID_ARG_VALUE', (m, a) => m.fill(a, 0, { unheard: 1 } as never)],
    ['ERR_MOVER_BUFFER_DETACHED', (m, a) => m.copy(a.subarray(0, 64), detached())],
    ['ERR_MOVER_LENGTH', (m, a) => m.dif.check(a, {}, { block: 512 })],
    ['no', (m, a) => m.fill(a, 0, { signal: never() })],
  ];

/** What must be refused, and touches nothing. */
export async function refusal({ arm, random, tally }: Bench): Promise<void> {
  const [code, ask] = mistakes[random.below(mistakes.length)]!;
  const memory = random.bytes(100);
  const before = Buffer.from(memory);
  const end = await settle(ask(random.below(2) ? arm.mover : arm.mover.futures, memory), random);
  const found = end !== undefined && 'error' in end ? end.error.code : undefined;
  if (end === undefined) tally.find({ evil: 'lost', what: `refusal with ${code}` });
  else if (found !== code) {
    tally.find({ evil: 'wrong', what: `refused with ${String(found)}, not ${code}` });
  }
  if (!memory.equals(before)) tally.find({ evil: 'wrong', what: `${code}: memory was written` });
  tally.add('asked', 'refused');
}
