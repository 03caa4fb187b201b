// The gateway as its users start it: the compiled program, in a process of its own.
import { readFileSync } from 'node:fs';
import { inProduct } from './paths.mjs';
import { startServer } from './processes.mjs';

/** The line that the gateway prints when it takes requests. */
export const READY_LINE = /^stockbridge ready at (http:\S+)/;

/** What the gateway is told by its environment. */
export const gatewayEnvironment = (server, more = {}) => ({
  HOST: '127.0.0.1',
  PORT: '0',
  LOG_LEVEL: 'warn',
  DATA_DIR: server.dataDir,
  STOCKBRIDGE_SECRET_KEY: server.secretKey,
  // Its one key asks for as much as the machine gives.
  GRAPHQL_COST_PER_SECOND: '1000000000',
  ...more,
});

/**
 * Starts a gateway on a database.
 *
 * @param {import('./database.mjs').DatabaseServer} server
 * @param {import('./database.mjs').Database} database
 * @param {{node?: string, nodeArgs?: readonly string[], ipc?: boolean, env?: Readonly<Record<string, string>>}} [options]
 *   by default on the Node of the bench
 */
export async function startGateway(
  server,
  database,
  { node = process.execPath, nodeArgs = [], ipc = false, env = {} } = {},
) {
  const started = await startServer({
    command: node,
    args: [...nodeArgs, ...nodeFlags(), inProduct('dist/src/main.js')],
    env: gatewayEnvironment(server, {
      DATABASE_URL: server.gatewayUrlOf(database),
      DATABASE_OWNER_URL: database.url,
      ...env,
    }),
    ready: READY_LINE,
    ipc,
  });
  return { ...started, origin: started.ready };
}

/** What `npm start` gives Node, and for profiles what is asked for: `BENCH_GATEWAY_NODE_ARGS="--cpu-prof …"`. */
function nodeFlags() {
  const { scripts } = JSON.parse(readFileSync(inProduct('package.json'), 'utf8'));
  const started = /\bnode (.*?)\S+\.js/.exec(scripts.start)?.[1] ?? '';
  return `${started} ${process.env['BENCH_GATEWAY_NODE_ARGS'] ?? ''}`.split(' ').filter((flag) => flag !== '');
}

/** The Jerry accesses of a database's tenant at a gateway, one for each location. */
export function jerryAccesses({ access }, origin) {
  return access.jerry.map(({ token, ...account }) => ({ ...account, url: `${origin}/webhooks/jerry/${token}` }));
}
