// Numbers of several runs, and of many requests.

/**
 * @typedef {object} Figure
 * @property {number} median
 * @property {number} min
 * @property {number} max
 * @property {readonly number[]} runs in the order in which they were made
 */

/**
 * @param {readonly number[]} runs
 * @returns {Figure}
 */
export function figureOf(runs) {
  const sorted = [...runs].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN, runs };
}

/**
 * The value below which a share of all lies, between two neighbours where it falls between them.
 *
 * @param {ArrayLike<number>} sorted ascending
 * @param {number} share from 0 to 1
 */
export function quantile(sorted, share) {
  if (sorted.length === 0) return NaN;
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const above = Math.ceil(place);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

/**
 * @typedef {object} Latencies milliseconds
 * @property {number} count
 * @property {number} mean
 * @property {number} p50
 * @property {number} p90
 * @property {number} p99
 * @property {number} max
 */

/**
 * @param {Float64Array | readonly number[]} values milliseconds, in any order
 * @returns {Latencies}
 */
export function latenciesOf(values) {
  const sorted = Float64Array.from(values).sort();
  let sum = 0;
  for (const value of sorted) sum += value;
  return {
    count: sorted.length,
    mean: sum / sorted.length,
    p50: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    p99: quantile(sorted, 0.99),
    max: sorted.at(-1) ?? NaN,
  };
}
