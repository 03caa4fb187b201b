// The loads that write: how many requests of which form.
import { jerryAccesses } from './gateway.mjs';

/** More than any server here answers, so that no run ends for want of messages. */
const MOST_ROWS_A_SECOND = 60_000;
const MOST_MESSAGES_A_SECOND = 10_000;

/**
 * @typedef {{rows: number, connections: number, most?: number, hot?: boolean} & Record<string, any>} LoadSize
 *   `most`: requests a second that are made ready
 */

/**
 * The load of Jerry messages on a server, the gateway or one that stands in for it.
 *
 * @param {import('./bench.mjs').Bench} bench
 * @param {Pick<import('./database.mjs').Database, 'size' | 'access'>} database
 * @param {{origin: string}} subject
 * @param {LoadSize} size
 */
export function jerryJob(bench, database, { origin }, { rows, connections, most, hot = false, ...more }) {
  const maxRequests = more.maxRequests ?? requestsOf(bench, { rows, most, durationMs: more.durationMs });
  const spec = {
    accesses: jerryAccesses(database, origin),
    ...{ rows, hot, items: database.size.items, firstId: bench.takeIds(rows * maxRequests) },
  };
  return { kind: 'jerry', origin, connections, maxRequests, spec, ...more };
}

export const stockSetJob = commandJob('stockSet');

export const stockAdjustJob = commandJob('stockAdjust');

/** The load of a GraphQL command with rows, each of which has an effect. */
function commandJob(kind) {
  /**
   * @param {import('./bench.mjs').Bench} bench
   * @param {Pick<import('./database.mjs').Database, 'size' | 'access'>} database
   * @param {{origin: string}} subject
   * @param {LoadSize} size
   */
  return (bench, { size, access }, { origin }, { rows, connections, most }) => {
    const maxRequests = requestsOf(bench, { rows, most });
    const spec = {
      ...{ url: `${origin}/graphql`, apiKeys: [access.apiKey], rows },
      ...{ items: size.items, locations: size.locations, firstId: bench.takeIds(rows * maxRequests) },
    };
    return { kind, origin, connections, maxRequests, spec };
  };
}

function requestsOf({ warmUpMs, runMs }, { rows, most, durationMs = runMs }) {
  const rate = most ?? Math.min(MOST_MESSAGES_A_SECOND, Math.ceil(MOST_ROWS_A_SECOND / rows));
  return Math.ceil((rate * (warmUpMs + durationMs)) / 1_000);
}
