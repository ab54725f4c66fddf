/** Of numbers in ascending order; `share` from 0 to 1. */
function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** The given percentiles, by their names: `percentiles(times, { p50: 0.5 })`. */
export function percentiles(numbers, shares) {
  const sorted = Float64Array.from(numbers).sort();
  return Object.fromEntries(
    Object.entries(shares).map(([name, share]) => [name, percentile(sorted, share)]),
  );
}

/** Median, and where the lowest and highest twentieth begin. */
export function spread(numbers) {
  return percentiles(numbers, { p5: 0.05, median: 0.5, p95: 0.95 });
}

export const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
