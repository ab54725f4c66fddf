// What decides between engines: the time until a result is there, and that for which the loop is held.
import { spread } from './statistics.mjs';

/**
 * Means over some milliseconds, in nanoseconds of one gathering: until it is complete (`latency`), and until
 * the event loop comes to its next turn after it was asked for (`held`).
 */
async function sample({ run }, milliseconds) {
  let gatherings = 0;
  let latency = 0;
  let held = 0;
  const end = performance.now() + milliseconds;
  do {
    const start = performance.now();
    const done = run().then(() => (latency += performance.now() - start));
    await new Promise(setImmediate);
    held += performance.now() - start;
    await done;
    gatherings++;
  } while (performance.now() < end);
  return { latency: (latency * 1e6) / gatherings, held: (held * 1e6) / gatherings };
}

const costOf = ({ latency, held }) => latency + held;

function medians(samples, depth) {
  const median = (read) => spread(samples.map((each) => read(each) / depth)).median;
  return {
    latency: median(({ latency }) => latency),
    held: median(({ held }) => held),
    cost: median(costOf),
  };
}

/** Both by turns, in as many rounds: what an operation costs, and the ratios (ours / peer). */
export async function compareCosts(ours, peer, { depth }, pace) {
  const samples = { ours: [], peer: [] };
  for (let round = 0; round < pace.most; round++) {
    samples.ours.push(await sample(ours, pace.sample));
    samples.peer.push(await sample(peer, pace.sample));
  }
  const ratios = samples.ours.map((each, round) => costOf(each) / costOf(samples.peer[round]));
  return {
    costRatio: spread(ratios),
    ours: { costNanoseconds: medians(samples.ours, depth) },
    peer: { costNanoseconds: medians(samples.peer, depth) },
  };
}

/**
 * What is to be said of the cases of a question about costs, by size: what each engine alone costs, what the
 * choice costs, and how much that is in units of the cheapest, as it was found beside that one.
 */
export function costsBySize(cases) {
  const measured = cases.filter(({ costRatio }) => costRatio !== undefined);
  const sizes = [...new Set(measured.map(({ bytes }) => bytes))].sort((a, b) => a - b);
  return sizes.map((bytes) => {
    const own = measured.filter((each) => each.bytes === bytes);
    const cheapest = own.reduce((a, b) =>
      a.peer.costNanoseconds.cost <= b.peer.costNanoseconds.cost ? a : b,
    );
    const alone = own.map(({ peer }) => ({ name: peer.name, ...peer.costNanoseconds }));
    const { ours, peer, costRatio } = cheapest;
    return { bytes, alone, choice: ours.costNanoseconds, cheapest: peer.name, ratio: costRatio };
  });
}
