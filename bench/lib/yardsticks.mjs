// Starts what the gateway is compared with.
import { locationCodeOf } from './catalogue.mjs';
import { inBench } from './paths.mjs';
import { startServer } from './processes.mjs';

/**
 * Starts a service of the folder `yardsticks` on a database.
 *
 * @param {string} name
 * @param {import('./database.mjs').Database} database
 * @param {string} [node] by default the Node of the bench
 */
export async function startYardstick(name, { url, access }, node = process.execPath) {
  const accounts = access.jerry.map((account, location) => ({
    ...account,
    ...{ tenantId: access.tenantId, locationCode: locationCodeOf(location) },
  }));
  const started = await startServer({
    command: node,
    args: [inBench(`yardsticks/${name}.mjs`)],
    env: { DATABASE_URL: url, TENANT_ID: access.tenantId, JERRY_ACCOUNTS: JSON.stringify(accounts) },
    ready: /^ready at (http:\S+)/,
  });
  return { ...started, origin: started.ready };
}
