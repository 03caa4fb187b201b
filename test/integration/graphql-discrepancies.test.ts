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
  return (await gateway.data<{ discrepancies: { nodes: Found[] } }>(query, { filter })).discrepancies.nodes;
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

interface Leg {
  readonly sequence: number;
  readonly minute: number;
  readonly delta: number;
}

/** What should be open, worked out from the whole history of one level after each step. */
class Model {
  readonly #legs: Leg[] = [];
  open: { since: number; observed: number; at: number } | undefined;

  step(legs: readonly Leg[], countedAt: number | undefined): void {
    const late = legs.filter(
      ({ minute, sequence, delta }) =>
        delta < 0 && [...this.#legs, ...legs].some((other) => other.sequence < sequence && other.minute > minute),
    );
    this.#legs.push(...legs);
    const since = Math.min(...late.map(({ minute }) => minute));
    const low = this.#lowestSince(since);
    const isCause = late.length > 0 && low.observed < 0;
    if (isCause) this.#add({ since, ...low });
    if (!this.open) return;
    const isCounted = countedAt !== undefined && countedAt >= this.open.at && !isCause;
    if (isCounted || this.#lowestSince(this.open.since).observed >= 0) this.open = undefined;
  }

  #add(found: { since: number; observed: number; at: number }): void {
    const known = this.open ?? found;
    const [low] = [known, found].toSorted((a, b) => a.observed - b.observed || a.at - b.at);
    this.open = { ...(low ?? found), since: Math.min(known.since, found.since) };
  }

  #lowestSince(since: number): { observed: number; at: number } {
    const moments = [since, ...this.#legs.map(({ minute }) => minute).filter((minute) => minute > since)];
    const quantities = moments.map((at) => ({
      at,
      observed: this.#legs.reduce((sum, { minute, delta }) => (minute <= at ? sum + delta : sum), 0),
    }));
    const [lowest] = quantities.toSorted((a, b) => a.observed - b.observed || a.at - b.at);
    return lowest ?? { at: since, observed: 0 };
  }
}

async function legsAfter(sku: string, sequence: number): Promise<Leg[]> {
  const { rows } = await gateway.ledger.pool.query<{ sequence: number; effectiveAt: string; delta: number }>(
    `SELECT e.sequence, m.effective_at AS "effectiveAt", e.delta FROM ledger_entry e
     JOIN movement m USING (tenant_id, sequence) JOIN item i USING (tenant_id, item_id)
     WHERE e.tenant_id = $1 AND i.sku = $2 AND e.sequence > $3 ORDER BY e.sequence, e.leg`,
    [gateway.tenants.ours, sku, sequence],
  );
  return rows.map(({ effectiveAt, ...leg }) => ({ ...leg, minute: (Date.parse(effectiveAt) - START) / MINUTE }));
}

const change = fc.record({
  delta: fc.integer({ min: -6, max: 7 }).filter((n) => n !== 0),
  minute: fc.integer({ min: 0, max: 20 }),
});
const step = fc.oneof(
  { weight: 5, arbitrary: fc.array(change, { minLength: 1, maxLength: 3 }) },
  { weight: 2, arbitrary: fc.record({ quantity: fc.nat(12), minute: fc.integer({ min: 0, max: 20 }) }) },
);

it('is open exactly when a model that knows the whole history says so', async () => {
  let everOpen = 0;
  let everClosed = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 12 }), async (steps) => {
      const sku = await newItem();
      const model = new Model();
      let sequence = 0;
      for (const each of steps) {
        const wasOpen = model.open !== undefined;
        let countedAt: number | undefined;
        if (Array.isArray(each)) await report(sku, ...each);
        else countedAt = await countIfNewer(sku, each.quantity, each.minute);
        const legs = await legsAfter(sku, sequence);
        sequence = Math.max(sequence, ...legs.map((leg) => leg.sequence));
        model.step(legs, countedAt);
        const found = await discrepancies({ skus: [sku], open: true });
        const { open } = model;
        expect(found.map(({ observed, observedAt }) => [observed, observedAt])).toEqual(
          open ? [[open.observed, iso(open.at)]] : [],
        );
        if (!wasOpen && open) everOpen += 1;
        if (wasOpen && !open) everClosed += 1;
      }
    }),
    { numRuns: 30, endOnFailure: true },
  );
  expect(everOpen).toBeGreaterThan(5);
  expect(everClosed).toBeGreaterThan(0);
});

/** The minute of the count when it was accepted. */
async function countIfNewer(sku: string, quantity: number, minute: number): Promise<number | undefined> {
  const rows = [{ sku, location: 'MAIN', quantity, asOf: iso(minute) }];
  const { results } = await commands.send<
    Awaited<ReturnType<Commands['send']>> & { readonly results: readonly { readonly status: string }[] }
  >('stockSet', { rows }, 'results { status }');
  return ['APPLIED', 'UNCHANGED'].includes(results[0]?.status ?? '') ? minute : undefined;
}
