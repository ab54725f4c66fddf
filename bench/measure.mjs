// How the ratios are measured: both sides by turns in one process, so that whatever slows the
// machine slows both, and the median of the ratios is taken.

const rounds = 61;

/** Nanoseconds of one call of `run`, which does `operations` operations each time. */
function nanoseconds(run, operations, repeats) {
  const start = process.hrtime.bigint();
  for (let repeat = 0; repeat < repeats; repeat++) run();
  return Number(process.hrtime.bigint() - start) / (operations * repeats);
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/** Medians of nanoseconds per operation of ours and of the peer, and of their ratio. */
export function compare(ours, peer, { operations, repeats }) {
  const samples = [];
  for (let round = -10; round < rounds; round++) {
    const a = nanoseconds(ours, operations, repeats);
    const b = nanoseconds(peer, operations, repeats);
    if (round >= 0) samples.push({ ours: a, peer: b, ratio: a / b });
  }
  return {
    ours: median(samples.map((sample) => sample.ours)),
    peer: median(samples.map((sample) => sample.peer)),
    ratio: median(samples.map((sample) => sample.ratio)),
  };
}

export function print(what, { ours, peer, ratio }, peerName) {
  console.log(
    `${what}: ${ours.toFixed(1)} ns, ${peerName}: ${peer.toFixed(1)} ns, ratio ${ratio.toFixed(2)}`,
  );
}
