import { UNMETERED, type PageRequest, type Reads } from '../../../src/application/ports/reads';
import { createReads, sharedPool } from '../../../src/persistence/readers';
import { prepareMoments } from '../../../src/persistence/readers/moment';
import { askedLists, type Names } from '../../support/asked-lists';
import { NOON, SECOND } from '../../support/domain/test-ledger';
import { GraphqlHarness } from '../../support/graphql';
import { fillLedger } from '../../support/random-ledger';

jest.setTimeout(120_000);

/** The limits of counting, as they stand in statements, and smaller ones that a small ledger exceeds. */
const COUNTED = 3;
const PASSED = 8;
const SMALLER: readonly (readonly [RegExp, number])[] = [
  [/\b10000\b/g, COUNTED],
  [/\b10001\b/g, COUNTED + 1],
  [/> (20000|1000)\b/g, PASSED],
  [/LIMIT (20001|1001)\b/g, PASSED + 1],
];

const NAMES: Names = {
  skus: ['TEA', 'TIN', 'SALT', 'none'],
  locations: ['MAIN', 'main-2', 'B', 'Z', 'none'],
  buckets: ['AVAILABLE', 'RESERVED', 'ON_HOLD', 'REPORTED_ON_HAND', 'BLOCKED'],
  origins: ['warehouse', 'integrator'],
  externalIds: ['e1', 'none'],
  references: ['none'],
  sequences: [0, 1, 20, 60, 10_000],
  instantsMs: [0, NOON, NOON + 50 * SECOND, NOON + 5_000 * SECOND],
};
const PAGE: PageRequest = {
  ...{ direction: 'FORWARD', size: 1, after: null, before: null },
  wants: { totalCount: true, hasNext: false, hasPrevious: false },
};

let gateway: GraphqlHarness;
/** Counts no further than the smaller limits. */
let ofLittle: Reads;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  await fillLedger(gateway, { movements: 90, seed: 5 });
  await gateway.findDiscrepancies();
  const pool = gateway.ledger.openPool({ pipeline: true });
  pool.on('connect', prepareMoments);
  const { ofStatements } = sharedPool(pool);
  ofLittle = createReads({
    budget: UNMETERED,
    query: ({ name, text, values }) => {
      const limited = SMALLER.reduce(
        (changed, [limit, smaller]) => changed.replace(limit, (all) => all.replace(/\d+/, String(smaller))),
        text,
      );
      return ofStatements.query({ name: `${name}_little`, text: limited, values });
    },
  });
});

afterAll(() => gateway.close());

it('counts exactly, or says that there are at least so many', async () => {
  const { ours } = gateway.tenants;
  const seen = { exact: 0, atLeast: 0, whole: 0 };
  for (const { name, read } of askedLists(NAMES, { each: 60, seed: 3 })) {
    const whole = await read(gateway.reads, ours, { ...PAGE, size: 200 });
    const little = await read(ofLittle, ours, PAGE);
    expect([name, whole.totalCountIsExact]).toEqual([name, true]);
    if (whole.rows.length < 200) expect([name, whole.totalCount]).toEqual([name, whole.rows.length]);
    const truth = whole.totalCount ?? NaN;
    if (little.totalCountIsExact) expect([name, little.totalCount]).toEqual([name, truth]);
    else expect([name, (little.totalCount ?? NaN) <= truth]).toEqual([name, true]);
    seen[little.totalCountIsExact ? 'exact' : 'atLeast'] += 1;
    // Not more than the limit says, unless the number is known without counting.
    if (!little.totalCountIsExact && (little.totalCount ?? 0) >= COUNTED) seen.whole += 1;
  }
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(20);
});

it('knows the length of a stretch of the ledger without counting it', async () => {
  const { ours } = gateway.tenants;
  const { sequence: head } = await gateway.reads.ledgerHead(ours);
  expect(head).toBeGreaterThan(PASSED);
  const countOf = async (filter: object): Promise<[number | null, boolean]> => {
    const { totalCount, totalCountIsExact } = await ofLittle.movements(ours, { filter, page: PAGE });
    return [totalCount, totalCountIsExact];
  };
  expect(await countOf({})).toEqual([head, true]);
  expect(await countOf({ afterSequence: 7 })).toEqual([head - 7, true]);
  expect(await countOf({ afterSequence: head + 5 })).toEqual([0, true]);
  expect(await countOf({ recordedFromMs: 0, afterSequence: 3 })).toEqual([head - 3, true]);
  expect(await countOf({ recordedToMs: 0 })).toEqual([0, true]);
});

it('shows of every list whether its number is exact', async () => {
  const query = `{ __schema { types { name fields { name } } } }`;
  const { __schema: schema } = await gateway.data<{
    __schema: { types: { name: string; fields: { name: string }[] | null }[] };
  }>(query);
  const lists = schema.types.filter(({ fields }) => fields?.some(({ name }) => name === 'totalCount'));
  expect(lists.length).toBeGreaterThan(10);
  const silent = lists.filter(({ fields }) => !fields?.some(({ name }) => name === 'totalCountPrecision'));
  expect(silent.map(({ name }) => name)).toEqual([]);
  expect(await gateway.data('{ items { totalCountPrecision } movements { totalCount totalCountPrecision } }')).toEqual({
    items: { totalCountPrecision: 'EXACT' },
    movements: {
      totalCount: (await gateway.reads.ledgerHead(gateway.tenants.ours)).sequence,
      totalCountPrecision: 'EXACT',
    },
  });
});

it('counts for a limited key what it may see', async () => {
  const { ours } = gateway.tenants;
  const [place] = (await gateway.reads.locations(ours, true, PAGE)).rows;
  const pool = gateway.ledger.openPool({ pipeline: true });
  pool.on('connect', prepareMoments);
  const limited = createReads(sharedPool(pool).ofStatements, {
    locationIds: [place?.locationId ?? ''],
    channels: null,
  });
  const seen = new Set<number | null>();
  for (const { name, read } of askedLists(NAMES, { each: 25, seed: 4 })) {
    const page = await read(limited, ours, { ...PAGE, size: 200 });
    expect([name, page.totalCount, page.totalCountIsExact]).toEqual([name, page.rows.length, true]);
    seen.add(page.totalCount);
  }
  expect(seen.size).toBeGreaterThan(5);
});
