import fc from 'fast-check';
import { Commands } from '../support/commands';
import { at, bySku, factOf, MINUTE, NOON } from '../support/domain/test-ledger';
import { GraphqlHarness } from '../support/graphql';

jest.setTimeout(120_000);

let gateway: GraphqlHarness;
let commands: Commands;
let facts = 0;

/** Minutes count from here. The deliveries of these tests arrive at noon. */
const START = NOON - 60 * MINUTE;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  commands = new Commands(gateway);
});

afterAll(() => gateway.close());

/** A change that a warehouse reports, and when it happened in minutes. */
interface Change {
  readonly delta: number;
  readonly minute: number;
}

const iso = (minute: number): string => new Date(START + minute * MINUTE).toISOString();

async function report(sku: string, ...changes: readonly Change[]): Promise<void> {
  const rows = changes.map(({ delta, minute }) => {
    const names = { item: bySku(sku), location: at('MAIN'), delta, occurredAtMs: START + minute * MINUTE };
    return factOf(`change ${(facts += 1)}`, names);
  });
  const { rows: results } = await gateway.deliver(rows);
  expect(results.map(({ status }) => status).filter((status) => status === 'QUARANTINED')).toEqual([]);
}

async function count(sku: string, quantity: number, minute?: number): Promise<void> {
  const asOf = minute === undefined ? {} : { asOf: iso(minute) };
  const row = { sku, location: 'MAIN', quantity, ...asOf };
  const clockless = minute === undefined ? { changeFromQuantity: null } : {};
  const payload = await commands.send('stockSet', { rows: [{ ...row, ...clockless }] }, 'results { status }');
  expect(payload.userErrors).toEqual([]);
}

interface Found {
  readonly kind: string;
  readonly observed: number;
  readonly observedAt: string;
  readonly closedAt: string | null;
  readonly level: { readonly item: { readonly sku: string } };
  readonly entries: readonly { readonly delta: number }[];
}

const FIELDS = 'kind observed observedAt closedAt level { item { sku } } entries { delta }';

async function discrepancies(filter: object): Promise<Found[]> {
  await gateway.findDiscrepancies();
  const query = `query ($filter: DiscrepancyFilter) { discrepancies(filter: $filter) { nodes { ${FIELDS} } } }`;
  const ofKind = { kinds: ['NEGATIVE_IN_THE_PAST'], ...filter };
  return (await gateway.data<{ discrepancies: { nodes: Found[] } }>(query, { filter: ofKind })).discrepancies.nodes;
}

const summary = (found: readonly Found[]): string[] =>
  found.map(
    ({ observed, observedAt, closedAt, entries }) =>
      `${observed} at ${(Date.parse(observedAt) - START) / MINUTE} by ${entries.map(({ delta }) => delta).join()}${closedAt === null ? '' : ', closed'}`,
  );

const newItem = async (): Promise<string> => {
  const sku = `SKU-${(facts += 1)}`;
  await commands.catalogue([sku], ['MAIN']);
  return sku;
};

describe('a fact that is dated back', () => {
  it('is recorded, and opens a discrepancy when the level was below zero at a moment since', async () => {
    const sku = await newItem();
    await report(sku, { delta: 5, minute: 0 }, { delta: -4, minute: 10 }, { delta: 20, minute: 20 });
    await report(sku, { delta: -2, minute: 5 });
    const found = await discrepancies({ skus: [sku] });
    expect(found).toMatchObject([{ kind: 'NEGATIVE_IN_THE_PAST', closedAt: null, level: { item: { sku } } }]);
    expect(summary(found)).toEqual(['-1 at 10 by -2']);
    const { stock } = await gateway.data<{ stock: object }>(
      'query ($skus: [String!]) { stock(filter: { skus: $skus }) { nodes { onHand } } }',
      { skus: [sku] },
    );
    expect(stock).toEqual({ nodes: [{ onHand: 19 }] });
  });

  it('opens none when enough was there at every moment', async () => {
    const sku = await newItem();
    await report(sku, { delta: 5, minute: 0 }, { delta: -4, minute: 10 });
    await report(sku, { delta: -1, minute: 5 });
    expect(await discrepancies({ skus: [sku] })).toEqual([]);
  });

  it('opens none when it is in order and the level only is below zero', async () => {
    const sku = await newItem();
    await report(sku, { delta: 5, minute: 0 });
    await report(sku, { delta: -9, minute: 10 });
    expect(await discrepancies({ skus: [sku] })).toEqual([]);
  });

  it('before everything else counts as well', async () => {
    const sku = await newItem();
    await report(sku, { delta: 5, minute: 0 });
    await report(sku, { delta: -1, minute: -5 });
    expect(summary(await discrepancies({ skus: [sku] }))).toEqual(['-1 at -5 by -1']);
  });

  it('adds to the open discrepancy of its level', async () => {
    const sku = await newItem();
    await report(sku, { delta: 5, minute: 0 }, { delta: -5, minute: 10 }, { delta: 20, minute: 20 });
    await report(sku, { delta: -1, minute: 5 });
    await discrepancies({});
    await report(sku, { delta: -2, minute: 4 });
    expect(summary(await discrepancies({ skus: [sku] }))).toEqual(['-3 at 10 by -1,-2']);
  });
});

describe('several facts', () => {
  const before = [
    { delta: 5, minute: 0 },
    { delta: -5, minute: 10 },
    { delta: 20, minute: 12 },
    { delta: -14, minute: 30 },
    { delta: 20, minute: 40 },
  ];

  it('are judged each by the ledger up to them, however late they are looked for', async () => {
    const sku = await newItem();
    await report(sku, ...before);
    await report(sku, { delta: -5, minute: 5 });
    await count(sku, 15, 15);
    await report(sku, { delta: -3, minute: 20 });
    expect(summary(await discrepancies({ skus: [sku] }))).toEqual(['-5 at 10 by -5, closed', '-2 at 30 by -3']);
  });

  it('stay open after a count as of a moment before one at which the level was below zero', async () => {
    const sku = await newItem();
    await report(sku, ...before);
    await report(sku, { delta: -5, minute: 5 });
    await report(sku, { delta: -3, minute: 20 });
    await count(sku, 15, 15);
    expect(summary(await discrepancies({ skus: [sku] }))).toEqual(['-5 at 10 by -5,-3']);
  });

  it('in order do not make a harmless late one a cause', async () => {
    const sku = await newItem();
    await report(sku, { delta: 10, minute: 0 }, { delta: -1, minute: 10 });
    await report(sku, { delta: -1, minute: 5 });
    await report(sku, { delta: -9, minute: 20 });
    expect(await discrepancies({ skus: [sku] })).toEqual([]);
  });

  it('of one late event that add up to nothing are no cause', async () => {
    const sku = await newItem();
    await report(sku, { delta: 5, minute: 0 }, { delta: -9, minute: 10 }, { delta: 12, minute: 20 });
    const names = { item: bySku(sku), location: at('MAIN'), occurredAtMs: START + MINUTE, eventId: `event ${sku}` };
    const both = [5, -5].map((delta) => factOf(`leg ${sku} ${delta}`, { ...names, delta }));
    expect((await gateway.deliver(both)).rows).toMatchObject([{ status: 'POSTED' }, { status: 'POSTED' }]);
    expect(await discrepancies({ skus: [sku] })).toEqual([]);
  });

  it('beyond the exact range are shown as its end', async () => {
    const sku = await newItem();
    const most = Number.MAX_SAFE_INTEGER;
    for (const delta of [most, -most, most, -most]) await report(sku, { delta, minute: delta > 0 ? 20 : 10 });
    expect((await discrepancies({ skus: [sku] })).map(({ observed }) => observed)).toEqual([-most]);
  });
});

describe('items that are merged', () => {
  const merge = async (from: string, into: string): Promise<void> => {
    const query = `mutation ($from: String!, $into: String!, $key: String!) {
      itemMerge(from: { sku: $from }, into: { sku: $into }, idempotencyKey: $key) { userErrors { message } } }`;
    const data = await gateway.data(query, { from, into, key: commands.nextKey() });
    expect(data).toEqual({ itemMerge: { userErrors: [] } });
  };

  it('have no open discrepancy left where no stock can come any more', async () => {
    const [from, into] = [await newItem(), await newItem()];
    await report(from, { delta: 5, minute: 0 }, { delta: -5, minute: 10 }, { delta: 20, minute: 20 });
    await report(from, { delta: -1, minute: 5 });
    await merge(from, into);
    expect(await discrepancies({ skus: [from], open: true })).toEqual([]);
    expect(await discrepancies({ skus: [from], open: false })).toHaveLength(1);
  });

  it('are not judged by the moments before, when each had stock of its own', async () => {
    const [from, into] = [await newItem(), await newItem()];
    await report(from, { delta: 10, minute: 0 });
    await merge(from, into);
    await report(into, { delta: -2, minute: 5 });
    expect(await discrepancies({ skus: [from, into] })).toEqual([]);
  });
});

describe('a discrepancy', () => {
  const opened = async (): Promise<string> => {
    const sku = await newItem();
    await report(sku, { delta: 5, minute: 0 }, { delta: -5, minute: 10 }, { delta: 20, minute: 20 });
    await report(sku, { delta: -1, minute: 5 });
    expect(summary(await discrepancies({ skus: [sku], open: true }))).toEqual(['-1 at 10 by -1']);
    return sku;
  };

  it('closes when a late receipt shows that enough was there', async () => {
    const sku = await opened();
    await report(sku, { delta: 1, minute: 11 });
    expect(await discrepancies({ skus: [sku], open: true })).toHaveLength(1);
    await report(sku, { delta: 1, minute: 9 });
    expect(summary(await discrepancies({ skus: [sku] }))).toEqual(['-1 at 10 by -1, closed']);
  });

  it.each([
    ['that changes the quantity', 7],
    ['that confirms the quantity', 19],
  ])('closes with a count %s as of a moment after it', async (_, quantity) => {
    const sku = await opened();
    await count(sku, quantity, 30);
    expect(await discrepancies({ skus: [sku], open: true })).toEqual([]);
    expect(await discrepancies({ skus: [sku], open: false })).toHaveLength(1);
  });

  it('closes with a count without a clock', async () => {
    const sku = await opened();
    await count(sku, 4);
    expect(await discrepancies({ skus: [sku], open: true })).toEqual([]);
  });

  it('stays open after a count as of a moment before it', async () => {
    const sku = await opened();
    await count(sku, 4, 3);
    expect(await discrepancies({ skus: [sku], open: true })).toHaveLength(1);
  });

  it('opens again as another one', async () => {
    const sku = await opened();
    await report(sku, { delta: 1, minute: 9 });
    await discrepancies({});
    await report(sku, { delta: -3, minute: 8 });
    const again = ['-1 at 10 by -1, closed', '-3 at 10 by -3'];
    expect(summary(await discrepancies({ skus: [sku] }))).toEqual(again);
  });

  it('is found again by its id, and listed in pages and by location and kind', async () => {
    await opened();
    await opened();
    interface Ids {
      readonly discrepancies: { readonly nodes: readonly { readonly id: string }[]; readonly totalCount: number };
    }
    const filter = { locations: ['MAIN'], kinds: ['NEGATIVE_IN_THE_PAST'] };
    const { discrepancies: all } = await gateway.data<Ids>(
      'query ($filter: DiscrepancyFilter) { discrepancies(filter: $filter) { totalCount nodes { id } } }',
      { filter },
    );
    const ids = all.nodes.map(({ id }) => id);
    expect(new Set(ids).size).toBe(all.totalCount);
    const seen: string[] = [];
    for (let after: string | null = null; ;) {
      const page: {
        discrepancies: { nodes: { id: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
      } = await gateway.data(
        `query ($filter: DiscrepancyFilter, $after: String) { discrepancies(filter: $filter, first: 3, after: $after) {
            nodes { id } pageInfo { endCursor hasNextPage } } }`,
        { filter, after },
      );
      seen.push(...page.discrepancies.nodes.map(({ id }) => id));
      if (!page.discrepancies.pageInfo.hasNextPage) break;
      after = page.discrepancies.pageInfo.endCursor;
    }
    expect(seen).toEqual(ids);
    const again = await gateway.data<{ nodes: ({ id: string } | null)[] }>(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      {
        ids: [...ids, `${ids[0]}0`, String(ids[0]).replace('NEGATIVE', 'POSITIVE')],
      },
    );
    expect(again.nodes.map((node) => node?.id ?? null)).toEqual([...ids, null, null]);
    expect(await discrepancies({ locations: ['ELSEWHERE'] })).toEqual([]);
    const none = await gateway.data('{ discrepancies { nodes { id } } }', {}, 'theirs');
    expect(none).toEqual({ discrepancies: { nodes: [] } });
  });
});

/** One movement, as far as one level is concerned. */
interface Move {
  readonly sequence: number;
  readonly minute: number;
  /** The sum of its entries of the level; zero for a count that confirms the quantity. */
  readonly delta: number;
  readonly isCount: boolean;
}

async function history(sku: string): Promise<Move[]> {
  const { rows } = await gateway.ledger.pool.query<Omit<Move, 'minute'> & { effectiveAt: string }>(
    `SELECT m.sequence, m.effective_at AS "effectiveAt", sum(change.delta)::bigint AS delta, m.reason = 'COUNT' AS "isCount"
     FROM (
       SELECT sequence, level_id, delta FROM ledger_entry WHERE tenant_id = $1
       UNION ALL
       SELECT sequence, level_id, 0 FROM stock_count WHERE tenant_id = $1 AND status IN ('APPLIED', 'UNCHANGED')
     ) change JOIN stock_level l USING (level_id) JOIN item i USING (item_id)
     JOIN movement m ON m.tenant_id = $1 AND m.sequence = change.sequence
     WHERE l.tenant_id = $1 AND i.tenant_id = $1 AND i.sku = $2
     GROUP BY m.sequence, m.effective_at, m.reason ORDER BY m.sequence`,
    [gateway.tenants.ours, sku],
  );
  return rows.map(({ effectiveAt, ...move }) => ({ ...move, minute: (Date.parse(effectiveAt) - START) / MINUTE }));
}

interface Low {
  readonly observed: number;
  readonly at: number;
}

/** The lowest quantity since a minute, in the history up to a movement. */
function lowestSince(since: number, moves: readonly Move[]): Low {
  const minutes = [since, ...moves.map(({ minute }) => minute).filter((minute) => minute > since)];
  const quantities = minutes.map((at) => ({
    at,
    observed: moves.reduce((sum, { minute, delta }) => (minute <= at ? sum + delta : sum), 0),
  }));
  const [lowest] = quantities.toSorted((one, other) => one.observed - other.observed || one.at - other.at);
  return lowest ?? { at: since, observed: 0 };
}

/** The discrepancies that a history should have, worked out one movement after the other. */
function expected(moves: readonly Move[]): string[] {
  const rows: { low: Low; since: number; isOpen: boolean }[] = [];
  const openRow = () => rows.find(({ isOpen }) => isOpen);
  for (const [place, { minute, delta, isCount }] of moves.entries()) {
    const known = moves.slice(0, place + 1);
    const isLate = known.some((other) => other.minute > minute && (other.delta !== 0 || !other.isCount));
    const low = lowestSince(minute, known);
    if (isLate && delta < 0 && low.observed < 0) {
      const row = openRow() ?? { low, since: minute, isOpen: true };
      if (!rows.includes(row)) rows.push(row);
      if (low.observed < row.low.observed) row.low = low;
      row.since = Math.min(row.since, minute);
    }
    const row = openRow();
    if (!row || !(isCount || (isLate && delta > 0))) continue;
    if (isCount) row.since = Math.max(row.since, minute);
    row.isOpen = lowestSince(row.since, known).observed < 0;
  }
  return rows.map(({ low, isOpen }) => `${low.observed} at ${low.at}${isOpen ? '' : ', closed'}`);
}

const change = fc.record({
  delta: fc.integer({ min: -6, max: 7 }).filter((n) => n !== 0),
  minute: fc.integer({ min: 0, max: 20 }),
});
const step = fc.oneof(
  { weight: 5, arbitrary: fc.array(change, { minLength: 1, maxLength: 3 }) },
  { weight: 2, arbitrary: fc.record({ quantity: fc.nat(12), minute: fc.integer({ min: 0, max: 20 }) }) },
);
const steps = fc.array(fc.tuple(step, fc.boolean()), { minLength: 5, maxLength: 12 });

it('is what a model that knows the whole history says, whenever it is looked for', async () => {
  const seen = { open: 0, closed: 0 };
  await fc.assert(
    fc.asyncProperty(steps, async (story) => {
      const sku = await newItem();
      for (const [each, isLookedFor] of story) {
        if (Array.isArray(each)) await report(sku, ...each);
        else
          await commands.send('stockSet', {
            rows: [{ sku, location: 'MAIN', quantity: each.quantity, asOf: iso(each.minute) }],
          });
        if (isLookedFor) await gateway.findDiscrepancies();
      }
      const rows = expected(await history(sku));
      const found = summary(await discrepancies({ skus: [sku] })).map((row) =>
        row.replace(/ by [-\d,]*?(?=, closed|$)/, ''),
      );
      expect(found).toEqual(rows);
      seen.closed += rows.filter((row) => row.endsWith('closed')).length;
      seen.open += rows.filter((row) => !row.endsWith('closed')).length;
    }),
    { numRuns: 40, endOnFailure: true },
  );
  expect(seen.open).toBeGreaterThan(3);
  expect(seen.closed).toBeGreaterThan(3);
});
