// What an operation costs the thread that asks for it, on work queues that answer at once.
import { runCase } from '../run-case.mjs';

const MANY = 32;

/** Subjects that ask for one operation at a time, and for many in a gathering. */
export const ways = [
  { way: 'channel', one: 'loopback channel', many: 'loopback channel' },
  { way: 'lazy futures', one: 'loopback lazy regions', many: 'loopback lazy regions' },
  { way: 'promises', one: 'loopback eager regions', many: 'loopback all regions' },
];

/** Nanoseconds of a gathering. */
async function gathering(ours, depth, pace) {
  const bytes = 64;
  const row = { operation: 'copy', bytes, depth, ours, peer: 'Buffer.copy', memory: 'plain', pace };
  const { failed, skipped, ours: found } = await runCase({ ...row, delay: false });
  if (found === undefined) throw new Error(`${ours}: ${failed ?? skipped}`);
  return found.nanoseconds.median * depth;
}

/** What a gathering costs besides what each of its operations costs, in nanoseconds. */
export async function measureCosts(pace) {
  const costs = [];
  for (const { way, one, many } of ways) {
    const single = await gathering(one, 1, pace);
    const all = await gathering(many, MANY, pace);
    const operation = Math.max(0, (all - single) / (MANY - 1));
    costs.push({ way, gathering: Math.max(0, single - operation), operation });
  }
  return costs;
}
