// Many tenants at once, each with little to say, against one that says as much.
import { makeTenants, withDataSource } from '../lib/access.mjs';
import { compare } from '../lib/bench.mjs';
import { perSecond, shortOf, showRate } from '../lib/figures.mjs';
import { startGateway } from '../lib/gateway.mjs';
import { jerryJob } from '../lib/jobs.mjs';
import { saveCatalogue } from '../lib/save-catalogue.mjs';

const TENANTS = 20;
const CONNECTIONS = 64;
/** Of each tenant: the warm-up makes all their levels. A prime, so that rows go through all items of all tenants. */
const ITEMS = 199;
const MOST_MESSAGES_A_SECOND = 20_000;

/** One-row Jerry messages of twenty tenants at once, against those of one. */
export async function twentyTenants(bench) {
  const server = await bench.server();
  const database = await bench.smallDatabase();
  const gateway = await startGateway(server, database);
  const codes = Array.from({ length: TENANTS }, (_, tenant) => `twenty-${tenant}`);
  const tenants = await withDataSource(database.url, (dataSource) =>
    makeTenants(dataSource, server.secretKey, { codes, locations: 1 }),
  );
  for (const { apiKey } of tenants) await saveCatalogue(gateway, apiKey, { items: ITEMS, locations: 1 });
  const all = { size: { items: ITEMS }, access: { jerry: tenants.flatMap(({ jerry }) => jerry) } };
  const runs = [];
  const messages = async (name, of) => {
    const size = { rows: 1, connections: CONNECTIONS, most: MOST_MESSAGES_A_SECOND };
    const result = await bench.load(jerryJob(bench, of, gateway, size), gateway);
    runs.push({ name, ...shortOf(result) });
    return perSecond(result.requests, result.elapsedMs);
  };
  const figures = await bench.byTurns(
    { 'one tenant': () => messages('one', database), 'twenty tenants': () => messages('twenty', all) },
    showRate('messages/s'),
  );
  await gateway.stop();
  return [
    {
      title: `Jerry messages of one row of ${TENANTS} tenants at once, ${CONNECTIONS} connections in all`,
      unit: 'messages/s',
      figure: figures['twenty tenants'],
      comparisons: [compare(figures['twenty tenants'], 'one tenant', figures['one tenant'], { atLeast: 0.8 })],
      details: { runs },
    },
  ];
}
