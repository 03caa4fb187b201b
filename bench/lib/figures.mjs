// How lines count and show what they measure.

export const perSecond = (count, ms) => (count * 1_000) / ms;

export const showRate = (unit) => (value) => `${Math.round(value).toLocaleString('en')} ${unit}`;

export const showMs = (ms) => `${ms.toFixed(ms < 10 ? 2 : 1)} ms`;

/** What of a load's result is kept in `results.json`. */
export const shortOf = ({ requests, elapsedMs, latencies, cpuMsARequest, walBytesARequest }) => {
  return { requests, elapsedMs, latencies, cpuMsARequest, walBytesARequest };
};

/** @param {import('./database.mjs').Database} database */
export const sizeName = ({ size }) =>
  `${size.items.toLocaleString('en')} items × ${size.locations}, ledger of ${size.entries.toLocaleString('en')}`;
