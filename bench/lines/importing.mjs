// What a merchant does first: items and their stock come into a database that knows nothing yet.
import { compare } from '../lib/bench.mjs';
import { locationCodeOf, skuOf } from '../lib/catalogue.mjs';
import { perSecond, shortOf, showMs, showRate } from '../lib/figures.mjs';
import { startGateway } from '../lib/gateway.mjs';
import { STOCK_SET, graphqlRequest } from '../lib/messages.mjs';
import { sendOneByOne } from '../lib/one-by-one.mjs';
import { saveCatalogue } from '../lib/save-catalogue.mjs';

const ROWS = 300;
const LOCATIONS = 10;
/** Of the whole import, after how much the statistics come, where they come. What follows until it is measured warms up. */
const ANALYSED_AFTER = 0.6;

/** The last tenth of the import of new levels, without statistics from the first row on, against the same with them. */
export async function firstImport(bench) {
  const runs = [];
  const figures = await bench.byTurns(
    {
      'without statistics': () => importTime(bench, { analysed: false }, runs),
      'after ANALYZE': () => importTime(bench, { analysed: true }, runs),
    },
    showMs,
  );
  const levels = bench.importedLevels.toLocaleString('en');
  const figure = figures['without statistics'];
  return [
    {
      title: `\`stockSet\` of ${ROWS} new levels, one after another, the last tenth of ${levels} in a new database`,
      unit: 'ms',
      figure,
      comparisons: [
        compare(figure, 'the same after ANALYZE, with a gateway started then', figures['after ANALYZE'], {
          atMost: 1.3,
        }),
      ],
      details: { runs },
    },
  ];
}

/** The mean time of a command of the last tenth. */
async function importTime(bench, { analysed }, runs) {
  const server = await bench.server();
  const items = bench.importedLevels / LOCATIONS;
  const database = await server.migrated('import', { items, locations: LOCATIONS, entries: 0 });
  await onDatabase(server, database, (session) => keepUnanalysed(session));
  const commands = commandsOf(items);
  const analyseAt = analysed ? Math.floor(commands.length * ANALYSED_AFTER) : commands.length;
  let gateway = await startGateway(server, database);
  await saveCatalogue(gateway, database.access.apiKey, { items, locations: LOCATIONS });
  const times = await sendOneByOne(gateway.origin, requestsTo(gateway, database, commands.slice(0, analyseAt)), GOOD);
  if (analysed) {
    await gateway.stop();
    await onDatabase(server, database, (session) => session.query('ANALYZE'));
    gateway = await startGateway(server, database);
    times.push(...(await sendOneByOne(gateway.origin, requestsTo(gateway, database, commands.slice(analyseAt)), GOOD)));
  }
  await gateway.stop();
  const tenth = Math.ceil(commands.length / 10);
  const run = { analysed, firstTenthMs: mean(times.slice(0, tenth)), lastTenthMs: mean(times.slice(-tenth)) };
  runs.push(run);
  return run.lastTenthMs;
}

const GOOD = '"userErrors":[]';

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Makes sure that no statistics ever come by themselves. */
async function keepUnanalysed(session) {
  const { rows } = await session.query(`SELECT format('%I', relname) AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`);
  for (const { name } of rows) await session.query(`ALTER TABLE ${name} SET (autovacuum_enabled = off)`);
}

/** Goes through the items 300 at a time, and through all locations with each 300. */
function commandsOf(items) {
  const parts = Array.from({ length: items / ROWS }, (_, part) => part);
  return parts.flatMap((part) =>
    Array.from({ length: LOCATIONS }, (_, location) => ({
      idempotencyKey: `import-${part}-${location}`,
      rows: Array.from({ length: ROWS }, (_, row) => ({
        ...{ sku: skuOf(part * ROWS + row), location: locationCodeOf(location) },
        ...{ quantity: 100 + row, changeFromQuantity: null },
      })),
    })),
  );
}

const requestsTo = ({ origin }, { access }, commands) =>
  commands.map((input) => graphqlRequest(`${origin}/graphql`, access.apiKey, STOCK_SET, { input }));

async function onDatabase(server, { url }, work) {
  const session = await server.connect(new URL(url).pathname.slice(1));
  try {
    await work(session);
  } finally {
    await session.end();
  }
}

const ALIASES = 30;
/** More than are saved, so that no run ends for want of requests. */
const MOST_ITEMS_A_SECOND = { itemsSave: 30_000, itemSaves: 6_000 };

/** New items in one list, against as many mutations of one request as it may have. */
export async function itemsSave(bench) {
  const database = await bench.smallDatabase();
  const gateway = await startGateway(await bench.server(), database);
  const runs = [];
  const itemsASecond = async (kind, rows) => {
    const maxRequests = Math.ceil(((MOST_ITEMS_A_SECOND[kind] / rows) * (bench.warmUpMs + bench.runMs)) / 1_000);
    const spec = {
      ...{ url: `${gateway.origin}/graphql`, apiKey: database.access.apiKey, rows },
      firstId: bench.takeIds(rows * maxRequests),
    };
    const result = await bench.load({ kind, origin: gateway.origin, connections: 1, maxRequests, spec }, gateway);
    runs.push({ kind, ...shortOf(result) });
    return perSecond(result.requests * rows, result.elapsedMs);
  };
  const figures = await bench.byTurns(
    { itemsSave: () => itemsASecond('itemsSave', ROWS), itemSave: () => itemsASecond('itemSaves', ALIASES) },
    showRate('items/s'),
  );
  await gateway.stop();
  const yardstick = `${ALIASES} \`itemSave\` in a request`;
  return [
    {
      title: `\`itemsSave\` of ${ROWS} new items, one connection`,
      unit: 'items/s',
      figure: figures.itemsSave,
      comparisons: [compare(figures.itemsSave, yardstick, figures.itemSave, { atLeast: 10 })],
      details: { runs },
    },
  ];
}
