// Generates load in a process of its own: makes the requests when told what, sends them when told to go, and reports.
import { Connection } from './http-client.mjs';
import { SOURCES } from './messages.mjs';
import { latenciesOf } from './statistics.mjs';

/**
 * @typedef {object} LoadJob
 * @property {keyof typeof SOURCES} kind
 * @property {object} spec what to send, see `messages.mjs`
 * @property {string} origin
 * @property {number} connections
 * @property {number} warmUpMs sent before anything is counted
 * @property {number} durationMs
 * @property {number} maxRequests sends no more than this, the warm-up's included
 * @property {number} [prepared] how many requests are made beforehand; all unless said
 * @property {boolean} [repeat] sends the prepared requests over and over, to a server that doesn't mind
 * @property {boolean} [mayFail] counts failures instead of ending the line by them
 * @property {number} [pauseMs] between an answer and the next request; none unless said
 */

/**
 * @typedef {object} LoadResult of what was answered after the warm-up
 * @property {number} requests
 * @property {number} elapsedMs
 * @property {number} failures
 * @property {string | null} firstFailure
 * @property {import('./statistics.mjs').Latencies} latencies
 * @property {number} answered the warm-up's included
 * @property {number} cpuMs the warm-up's included
 */

/** Largest number of latencies that are kept; more requests than that are sampled. */
const MAX_LATENCIES = 2_000_000;

let job;
let source;
let requests;

process.on('message', (/** @type {any} */ message) => {
  if (message.type === 'prepare') {
    job = message.job;
    source = SOURCES[job.kind](job.spec);
    requests = Array.from({ length: Math.min(job.prepared ?? job.maxRequests, job.maxRequests) }, (_, index) =>
      source.request(index),
    );
    process.send?.({ type: 'ready' });
  } else if (message.type === 'go') {
    void run().then((result) => process.send?.({ type: 'done', result }));
  }
});

/** @returns {Promise<LoadResult>} */
async function run() {
  const startMs = performance.now();
  const countFromMs = startMs + job.warmUpMs;
  const endMs = countFromMs + job.durationMs;
  const seen = { answered: 0, requests: 0, failures: 0, firstFailure: null, lastMs: countFromMs, latencies: [] };
  let next = 0;
  const cpu = process.cpuUsage();
  async function worker() {
    const connection = new Connection(new URL(job.origin));
    while (next < job.maxRequests) {
      const sentMs = performance.now();
      if (sentMs >= endMs) break;
      const index = next++;
      const answer = await connection.send(requestOf(index));
      const answeredMs = performance.now();
      seen.answered += 1;
      if (answeredMs >= countFromMs) note(seen, answer, sentMs, answeredMs);
      if (job.pauseMs) await new Promise((resolve) => setTimeout(resolve, job.pauseMs));
    }
    connection.close();
  }
  await Promise.all(Array.from({ length: job.connections }, worker));
  const used = process.cpuUsage(cpu);
  return {
    requests: seen.requests,
    elapsedMs: seen.lastMs - countFromMs,
    failures: seen.failures,
    firstFailure: seen.firstFailure,
    latencies: latenciesOf(seen.latencies),
    answered: seen.answered,
    cpuMs: (used.user + used.system) / 1_000,
  };
}

function requestOf(index) {
  return requests[job.repeat ? index % requests.length : index] ?? source.request(index);
}

function note(seen, { status, body }, sentMs, answeredMs) {
  seen.lastMs = answeredMs;
  if (status >= 200 && status < 300 && body.includes(source.expected)) {
    seen.requests += 1;
    if (seen.latencies.length < MAX_LATENCIES) seen.latencies.push(answeredMs - sentMs);
  } else {
    seen.failures += 1;
    seen.firstFailure ??= `${status} ${body.toString('utf8', 0, 300)}`;
  }
}
