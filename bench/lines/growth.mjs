// How the time of a read grows with the ledger and with the list: one request at a time, in the small database and the large.
import { compare } from '../lib/bench.mjs';
import { itemOfRow, skuOf } from '../lib/catalogue.mjs';
import { VARIATIONS, aloneOn, askGateway, gatewayJob, latenciesByTurns, placesOf } from '../lib/reading.mjs';
import { RARE_BUCKET, RARE_REASON } from '../lib/rare-stock.mjs';
import { STOCK_FIELDS, STOCK_PAGE } from './reads.mjs';

const LEDGER_PAGE = `query LedgerPage($sku: String!) {
  ledgerEntries(first: 100, filter: { skus: [$sku] }) {
    nodes { sequence leg delta quantityAfter recordedAt movement { reason reference occurredAt } }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** `ledgerEntries` of one item, page of 100, in the small ledger and in the large one. */
export async function ledgerEntries(bench) {
  const [small, large] = [
    await aloneOn(bench, await bench.smallDatabase()),
    await aloneOn(bench, await bench.largeDatabase()),
  ];
  const figures = await latenciesByTurns(bench, { small: ledgerJob(small), large: ledgerJob(large) });
  await Promise.all([small.gateway.stop(), large.gateway.stop()]);
  const title = `\`ledgerEntries\` of one item, page of 100, ${entriesOf(large)} entries`;
  const comparison = compare(figures.large, `ledger of ${entriesOf(small)}`, figures.small, { atMost: 1.5 });
  return [{ title, unit: 'ms', figure: figures.large, comparisons: [comparison] }];
}

function ledgerJob({ database, gateway }) {
  const items = Array.from({ length: VARIATIONS }, (_, n) => ({ sku: skuOf(itemOfRow(n, database.size.items)) }));
  return gatewayJob(gateway, database.access.apiKey, LEDGER_PAGE, items);
}

/** `stock` as it was in the middle of the ledger, against the same pages as they are now. */
export async function stockAsOf(bench) {
  const reader = await aloneOn(bench, await bench.largeDatabase());
  const asOf = { sequence: reader.database.size.entries / 2 };
  const figures = await latenciesByTurns(bench, {
    then: await asOfJob(reader, { asOf }),
    now: await asOfJob(reader, {}),
  });
  await reader.gateway.stop();
  const title = `\`stock\` asOf, 50 nodes, ${entriesOf(reader)} entries`;
  const comparison = compare(figures.then, 'the same pages now', figures.now, { atMost: 3 });
  return [{ title, unit: 'ms', figure: figures.then, comparisons: [comparison] }];
}

async function asOfJob(reader, moment) {
  const places = await placesOf((after) => askGateway(reader, STOCK_PAGE, { ...moment, after }));
  const variables = places.map(({ cursor }) => ({ ...moment, after: cursor }));
  return gatewayJob(reader.gateway, reader.database.access.apiKey, STOCK_PAGE, variables);
}

const entriesOf = ({ database }) => database.size.entries.toLocaleString('en');

const LEVELS = 'nodes { bucket quantity updatedAt item { id sku name } location { id code name } }';

/** What is asked of all stock, and finds little or counts everything. */
const COUNTS = [
  { what: '`totalCount` of `stock`', query: '{ stock(first: 1) { totalCount } }', expected: '"totalCount":' },
  {
    what: '`stock` that is `drifting`',
    query: `{ stock(first: 50, filter: { drifting: true }) { nodes { ${STOCK_FIELDS} drift } } }`,
  },
  {
    what: '`stockLevels` that are `negative`',
    query: `{ stockLevels(first: 50, filter: { negative: true }) { ${LEVELS} } }`,
  },
  {
    what: '`movements` of a rare reason',
    query: `{ movements(first: 50, filter: { reasons: [${RARE_REASON}] }) { nodes { sequence reason reference recordedAt } } }`,
  },
  {
    what: '`stockLevels` of a rare bucket',
    query: `{ stockLevels(first: 50, filter: { buckets: [${RARE_BUCKET}] }) { ${LEVELS} } }`,
  },
];

/** Each at ten times the levels and the ledger, with as many that fit the filter. */
export async function counts(bench) {
  const databases = { small: await bench.readDatabase(), large: await bench.largeDatabase() };
  const small = await aloneOn(bench, databases.small);
  const large = await aloneOn(bench, databases.large);
  const lines = [];
  for (const { what, query, expected } of COUNTS) {
    const title = `${what}, ${levelsOf(large)} levels`;
    const job = ({ database, gateway }) => gatewayJob(gateway, database.access.apiKey, query, [{}], expected);
    const line = await bench.attempt(title, async () => {
      const figures = await bench.shortened(0.5, () =>
        latenciesByTurns(bench, { small: job(small), large: job(large) }),
      );
      const comparison = compare(figures.large, `${levelsOf(small)} levels`, figures.small, { atMost: 1.3 });
      return { title, unit: 'ms', figure: figures.large, comparisons: [comparison] };
    });
    lines.push(line);
  }
  await Promise.all([small.gateway.stop(), large.gateway.stop()]);
  return lines;
}

const levelsOf = ({ database: { size } }) => (size.items * size.locations).toLocaleString('en');
