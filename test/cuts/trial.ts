import { inspect } from 'node:util';
import type { Mover } from '../../lib';
import { Ground, type Expected } from './ground';
import { cut, isCut, type Way } from './knife';
import { queues } from './movers';
import { beginLater, beginOthers } from './others';
import type { Scenario } from './scenarios';

export interface Outcome {
  /** Nothing was left to be cut off. */
  readonly over: boolean;
  readonly where: string;
  readonly problems: readonly string[];
  /** Whether something that was cut off never ended, as it may. */
  readonly lost: boolean;
}

/** After so many looks what has not ended never will; time in which the machine stands still is none of them. */
const LOOKS = 20;
const LOOK_MS = 250;

const strays: unknown[] = [];
process.on('uncaughtException', (error) => strays.push(error));
process.on('unhandledRejection', (error) => strays.push(error));

const words = (error: unknown): string => {
  const { code, name, message } = error as NodeJS.ErrnoException;
  return `${code ?? name}: ${message}`;
};

function within<T>(wait: PromiseLike<T>): Promise<T | 'pending'> {
  let timer: NodeJS.Timeout;
  let looks = 0;
  const late = new Promise<'pending'>((resolve) => {
    timer = setInterval(() => {
      if (++looks === LOOKS) resolve('pending');
    }, LOOK_MS);
  });
  return Promise.race([wait, late]).finally(() => clearInterval(timer));
}

const failing =
  (how = /^$/): MayFail =>
  (error) =>
    how.test(words(error));

type MayFail = (error: unknown) => boolean;

/** What is wrong with an operation that has to come to its end. */
async function ending({ what, future, right }: Expected, mayFail: MayFail): Promise<string[]> {
  const wait = future.then(
    (output) => (right(output) ? [] : [`${what}: wrong: ${inspect(output)}`]),
    (error: unknown) => (mayFail(error) ? [] : [`${what}: ${words(error)}`]),
  );
  const ended = await within(wait);
  return ended === 'pending' ? [`${what}: never ends`] : ended;
}

/** What is wrong with an operation that may have been cut off. */
function wrong({ what, future, right }: Expected, mayFail: MayFail): string[] {
  if (!future.done) return [];
  const { error } = future;
  if (error === undefined)
    return right(future.output) ? [] : [`${what}: wrong: ${inspect(future.output)}`];
  return isCut(error) || mayFail(error) ? [] : [`${what}: ${words(error)}`];
}

const endings = async (all: readonly Expected[], fails: MayFail): Promise<string[]> =>
  (await Promise.all(all.map((one) => ending(one, fails)))).flat();

/** Sets a scenario up, cuts it off, and looks at what has become of all that is there. */
export async function trial(
  make: () => Mover | Promise<Mover>,
  { begin, others: ofOthers, own: ofOwn, polls = false, closes = false }: Scenario,
  way: Way,
  position: number,
): Promise<Outcome> {
  const mover = await make();
  const ownFail = failing(ofOwn);
  const othersFail = failing(ofOthers);
  const mayBeCut = (error: unknown): boolean => (polls && isCut(error)) || othersFail(error);
  const ground = new Ground(mover);
  await mover.nop();
  const act = await begin(ground);
  const others = beginOthers(ground);
  const waits = endings(others, mayBeCut);
  const { reached, where } = cut(way, position, act);
  const problems = await waits;
  if (!closes) problems.push(...(await endings(beginLater(ground), othersFail)));
  const looked = await within(ground.problems());
  problems.push(...(looked === 'pending' ? ['what it shares never ends'] : looked));
  for (const { future } of ground.own) future.poll();
  problems.push(...ground.own.flatMap((one) => wrong(one, ownFail)));
  const lost = ground.own.some(({ future }) => !future.done);
  if ((await within(mover.close().then(() => 'closed'))) === 'pending')
    problems.push('never closes');
  const { inFlight } = mover.stats();
  if (inFlight !== 0) problems.push(`${inFlight} in flight`);
  for (const end of ground.ends) end();
  queues.do = 'serve';
  // What was cut off may begin by itself, but not once the mover has closed.
  const late = failing(/^ERR_MOVER_CLOSED/);
  const told = strays
    .splice(0)
    .filter((e) => !late(e))
    .filter((e) => !isCut(e) && !ownFail(e) && !othersFail(e));
  problems.push(...told.map((error) => `stray ${words(error)}`));
  return { over: !reached, where, problems, lost };
}
