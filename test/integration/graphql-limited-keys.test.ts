import { factOf, NOON } from '../support/domain/test-ledger';
import type { KeyLimits } from '../../src/domain/key-limits';
import { DEFAULT_DIMENSIONS } from '../../src/domain/ledger/stock-key';
import { Commands, faultsOf } from '../support/commands';
import { at, bySku } from '../support/domain/test-ledger';
import { GraphqlHarness } from '../support/graphql';

jest.setTimeout(120_000);

/** What a limited key sees has to be what an unlimited one sees, without what is at other places or of other channels. */

let gateway: GraphqlHarness;

interface Level {
  readonly id: string;
  readonly quantity: number;
  readonly bucket: string;
  readonly channel: string;
  readonly item: { readonly sku: string };
  readonly location: { readonly id: string; readonly code: string };
}

interface Entry {
  readonly sequence: number;
  readonly leg: number;
  readonly delta: number;
  readonly level: Level;
}

const LEVEL = 'id quantity version updatedAt bucket channel lot condition item { sku name } location { id code name }';
const LEVELS = `query ($asOf: AsOf, $filter: StockLevelFilter) { stockLevels(first: 200, asOf: $asOf, filter: $filter) {
  totalCount ledgerSequence nodes { ${LEVEL} } } }`;
const ENTRIES = `query ($filter: LedgerEntryFilter) { ledgerEntries(first: 200, filter: $filter) {
  totalCount nodes { sequence leg delta quantityAfter levelVersion absorbed recordedAt level { ${LEVEL} } } } }`;

/** The limits of the keys, by the codes of locations. */
const LIMITS = [
  { codes: ['L1'], channels: null },
  { codes: ['L2'], channels: null },
  { codes: null, channels: ['2C'] },
  { codes: null, channels: ['', '2B'] },
  { codes: ['L1'], channels: ['2C'] },
  { codes: ['L1', 'L2'], channels: [''] },
  { codes: ['EMPTY'], channels: null },
  { codes: null, channels: ['nothing'] },
].map((limits, index) => ({ ...limits, key: `limited-${index}` }));

type Case = (typeof LIMITS)[number];

const mayLocation = ({ codes }: Case, code: string): boolean => codes?.includes(code) ?? true;
const may = (limits: Case, { location, channel }: Pick<Level, 'location' | 'channel'>): boolean =>
  mayLocation(limits, location.code) && (limits.channels?.includes(channel) ?? true);

const uuidOf = (nodeId: string): string => nodeId.replace(/^\w+:/, '');

async function locationIds(key: string): Promise<ReadonlyMap<string, string>> {
  const query = '{ locations(first: 200) { nodes { id code } } }';
  const { locations } = await gateway.data<{ locations: { nodes: { id: string; code: string }[] } }>(query, {}, key);
  return new Map(locations.nodes.map(({ id, code }) => [code, uuidOf(id)]));
}

/** Stock of two items at two locations and of three channels, moved, counted and absorbed, with the same names in both tenants. */
async function fill(key: string, factor: number): Promise<void> {
  const commands = new Commands(gateway, key);
  await commands.catalogue(['TEA', 'CUP', 'BOX'], ['HOUSE', 'L1', 'L2', 'EMPTY']);
  await gateway.data('mutation { locationSave(code: "L1", parent: "HOUSE") { userErrors { code } } }', {}, key);
  let amount = 0;
  for (const sku of ['TEA', 'CUP']) {
    for (const location of ['L1', 'L2']) {
      for (const channel of ['', '2B', '2C']) {
        amount += 1;
        const row = { sku, location, channel };
        await commands.receive(
          { ...row, delta: amount * 10 * factor },
          { ...row, bucket: 'INCOMING', delta: amount },
          { ...row, bucket: 'BLOCKED', lot: 'A', delta: 2 * amount },
          { ...row, condition: 'DAMAGED', delta: 1 },
        );
      }
    }
  }
  // Movements of which a key sees only a part.
  for (const [from, to] of [
    [
      { location: 'L1', channel: '2C' },
      { location: 'L2', channel: '2C' },
    ],
    [
      { location: 'L1', channel: '2B' },
      { location: 'L1', channel: '2C' },
    ],
  ] as const) {
    const rows = [
      { sku: 'TEA', ...from, delta: -3 },
      { sku: 'TEA', ...to, delta: 3 },
    ];
    expect((await commands.send('stockAdjust', { reason: 'TRANSFER', reference: 'T-1', rows })).userErrors).toEqual([]);
  }
  const counts = ['L1', 'L2'].flatMap((location) =>
    ['2B', '2C'].map((channel) => ({
      ...{ sku: 'CUP', location, channel, owner: '', pool: '', barcode: '', lot: '', packaging: 'SINGLE' },
      ...{ quantity: 40, asOf: new Date(Date.now() - 60_000).toISOString() },
    })),
  );
  expect((await commands.send('stockSet', { rows: counts })).userErrors).toEqual([]);
  const record = (sku: string, location: string) =>
    commands.send('inventoryRecordSave', { sku, location, outOfStockThreshold: 4 });
  for (const payload of [await record('TEA', 'L1'), await record('CUP', 'L2')]) expect(payload.userErrors).toEqual([]);
}

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  await fill('theirs', 7);
  await fill('ours', 1);
  // A late fact that the count above already includes, at both locations.
  const late = (location: string) =>
    factOf(`late ${location}`, {
      ...{ item: bySku('CUP'), location: at(location), dimensions: { ...DEFAULT_DIMENSIONS, channel: '2C' } },
      ...{ delta: -1, occurredAtMs: NOON },
    });
  await gateway.deliver([late('L1'), late('L2')]);
  const ids = await locationIds('ours');
  for (const { key, codes, channels } of LIMITS) {
    const limits: KeyLimits = { locationIds: codes?.map((code) => ids.get(code) ?? '') ?? null, channels };
    gateway.addKey(key, 'ours', { limits });
  }
});

afterAll(() => gateway.close());

const levelsOf = async (key: string, variables: object = {}) =>
  (await gateway.data<{ stockLevels: { totalCount: number; nodes: Level[] } }>(LEVELS, variables, key)).stockLevels;
const entriesOf = async (key: string, variables: object = {}) =>
  (await gateway.data<{ ledgerEntries: { totalCount: number; nodes: Entry[] } }>(ENTRIES, variables, key))
    .ledgerEntries;

const ON_HAND = ['AVAILABLE', 'RESERVED', 'COMMITTED', 'MISSING', 'BLOCKED', 'ON_HOLD'];
const sum = (levels: readonly Level[], buckets: readonly string[]): number =>
  levels.filter(({ bucket }) => buckets.includes(bucket)).reduce((total, { quantity }) => total + quantity, 0);

/** The stock that these levels add up to. */
function stockOf(levels: readonly Level[]) {
  const places = [...new Set(levels.map(({ item, location }) => `${item.sku}/${location.code}`))].sort();
  return places.map((place) => {
    const own = levels.filter(({ item, location }) => `${item.sku}/${location.code}` === place);
    const [sku, code] = place.split('/');
    return {
      ...{ item: { sku }, location: { code }, available: sum(own, ['AVAILABLE']), onHand: sum(own, ON_HAND) },
      ...{ blocked: sum(own, ['BLOCKED']), incoming: sum(own, ['INCOMING']) },
      levels: own.map(({ id, quantity }) => ({ id, quantity })).sort((a, b) => (a.id < b.id ? -1 : 1)),
    };
  });
}

interface LevelPage {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

type Stock = ReturnType<typeof stockOf>[number];
const STOCK = 'item { sku } location { code } available onHand blocked incoming levels { id quantity }';
const inOrder = (stock: readonly Stock[]): Stock[] =>
  stock.map((one) => ({ ...one, levels: [...one.levels].sort((a, b) => (a.id < b.id ? -1 : 1)) }));

it('the tests compare something', async () => {
  const { nodes } = await levelsOf('ours');
  expect(nodes.length).toBeGreaterThan(40);
  const legs = await entriesOf('ours', { filter: { includeAbsorbed: true } });
  expect(legs.totalCount).toBe((await entriesOf('ours')).totalCount + 2);
  for (const limits of LIMITS.slice(0, 6)) {
    const seen = nodes.filter((level) => may(limits, level)).length;
    expect(seen).toBeGreaterThan(0);
    expect(seen).toBeLessThan(nodes.length);
  }
});

describe.each(LIMITS)('a key limited to locations $codes and channels $channels', (limits) => {
  const { key } = limits;

  it.each([
    {},
    { asOf: { sequence: 5 } },
    { asOf: { sequence: 13 } },
    { filter: { nonZero: true, locations: ['L1'] } },
  ])('lists its levels %j, counts and pages them', async (variables) => {
    const all = await levelsOf('ours', variables);
    const nodes = all.nodes.filter((level) => may(limits, level));
    expect(await levelsOf(key, variables)).toEqual({ ...all, totalCount: nodes.length, nodes });
    const paged: string[] = [];
    let after: string | null = null;
    for (;;) {
      const query = `query ($after: String, $asOf: AsOf, $filter: StockLevelFilter) {
          stockLevels(first: 3, after: $after, asOf: $asOf, filter: $filter) { nodes { id } pageInfo { hasNextPage endCursor } } }`;
      const page: LevelPage = (await gateway.data<{ stockLevels: LevelPage }>(query, { ...variables, after }, key))
        .stockLevels;
      paged.push(...page.nodes.map(({ id }) => id));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(paged).toEqual(nodes.map(({ id }) => id));
  });

  it.each([null, { sequence: 5 }, { sequence: 13 }])('adds up what it may see as of %j', async (asOf) => {
    const levels = (await levelsOf('ours', { asOf })).nodes.filter((level) => may(limits, level));
    const query = `query ($asOf: AsOf) { stock(first: 200, asOf: $asOf) { totalCount nodes { ${STOCK} } }
      stockTotals(asOf: $asOf) { stocks onHand available blocked incoming } }`;
    const answer = await gateway.data<{ stock: { totalCount: number; nodes: Stock[] } }>(query, { asOf }, key);
    const expected = stockOf(levels);
    expect({ ...answer, stock: { ...answer.stock, nodes: inOrder(answer.stock.nodes) } }).toEqual({
      stock: { totalCount: expected.length, nodes: expected },
      stockTotals: {
        ...{ stocks: expected.length, onHand: sum(levels, ON_HAND), available: sum(levels, ['AVAILABLE']) },
        ...{ blocked: sum(levels, ['BLOCKED']), incoming: sum(levels, ['INCOMING']) },
      },
    });
  });

  it('sees its stock of items, all of which it sees, and its locations', async () => {
    const levels = (await levelsOf('ours')).nodes.filter((level) => may(limits, level));
    const query = `{ items { totalCount nodes { sku stock { ${STOCK} } } }
      locations { totalCount nodes { code parent { code } } } }`;
    const { items, locations } = await gateway.data<{
      items: { nodes: { sku: string; stock: Stock[] }[] };
      locations: object;
    }>(query, {}, key);
    expect(items.nodes.map(({ sku }) => sku)).toEqual(['BOX', 'CUP', 'TEA']);
    expect(items.nodes.flatMap(({ stock }) => inOrder(stock))).toEqual(stockOf(levels));
    const codes = ['EMPTY', 'HOUSE', 'L1', 'L2'].filter((code) => mayLocation(limits, code));
    const parentOf = (code: string) => (code === 'L1' && mayLocation(limits, 'HOUSE') ? { code: 'HOUSE' } : null);
    expect(locations).toEqual({
      totalCount: codes.length,
      nodes: codes.map((code) => ({ code, parent: parentOf(code) })),
    });
    for (const code of ['EMPTY', 'HOUSE', 'L1', 'L2']) {
      const { location } = await gateway.data<{ location: object | null }>(
        'query ($code: String!) { location(code: $code) { code } }',
        { code },
        key,
      );
      expect(location).toEqual(mayLocation(limits, code) ? { code } : null);
    }
  });

  it.each([0, 6, 12, 15, 1_000])('polls what has changed after %i', async (changedAfterSequence) => {
    const filter = { changedAfterSequence };
    const query = `query ($filter: StockFilter) { stock(first: 200, filter: $filter) { totalCount nodes { ${STOCK} } } }`;
    const { stock } = await gateway.data<{ stock: { totalCount: number; nodes: Stock[] } }>(query, { filter }, key);
    const changed = (await entriesOf('ours', { filter: { afterSequence: changedAfterSequence } })).nodes
      .map(({ level }) => level)
      .filter((level) => may(limits, level));
    const places = new Set(changed.map(({ item, location }) => `${item.sku}/${location.code}`));
    const levels = (await levelsOf('ours')).nodes.filter(
      (level) => may(limits, level) && places.has(`${level.item.sku}/${level.location.code}`),
    );
    expect({ ...stock, nodes: inOrder(stock.nodes) }).toEqual({ totalCount: places.size, nodes: stockOf(levels) });
  });

  it.each([
    {},
    { filter: { includeAbsorbed: true } },
    { filter: { skus: ['TEA'] } },
    { filter: { references: ['T-1'] } },
    { filter: { locations: ['L2'], afterSequence: 4 } },
  ])('follows its ledger entries %j', async (variables) => {
    const all = await entriesOf('ours', variables);
    const nodes = all.nodes.filter(({ level }) => may(limits, level));
    expect(await entriesOf(key, variables)).toEqual({ totalCount: nodes.length, nodes });
  });

  it('sees of movements its own part', async () => {
    const part = '{ sequence leg }';
    const query = `{ movements(first: 200) { totalCount nodes { sequence reference entries ${part}
      absorbedLegs { delta channel location { id code } } counts { quantity level { ${LEVEL} } } } } }`;
    interface Movement {
      readonly sequence: number;
      readonly entries: { readonly sequence: number; readonly leg: number }[];
      readonly absorbedLegs: Pick<Level, 'channel' | 'location'>[];
      readonly counts: { readonly level: Level }[];
    }
    type Movements = { readonly movements: { readonly totalCount: number; readonly nodes: Movement[] } };
    const all = await gateway.data<Movements>(query);
    const seen = new Set((await entriesOf(key)).nodes.map(({ sequence, leg }) => `${sequence}/${leg}`));
    const nodes = all.movements.nodes
      .map((movement) => ({
        ...movement,
        entries: movement.entries.filter(({ sequence, leg }) => seen.has(`${sequence}/${leg}`)),
        absorbedLegs: movement.absorbedLegs.filter((leg) => may(limits, leg)),
        counts: movement.counts.filter(({ level }) => may(limits, level)),
      }))
      .filter(({ entries, absorbedLegs, counts }) => entries.length + absorbedLegs.length + counts.length > 0);
    expect((await gateway.data<Movements>(query, {}, key)).movements).toEqual({ totalCount: nodes.length, nodes });
    const found = await gateway.data(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Movement { sequence entries { sequence leg } } } }',
      { ids: all.movements.nodes.map(({ sequence }) => `Movement:${sequence}`) },
      key,
    );
    expect(found).toEqual({
      nodes: all.movements.nodes.map(({ sequence }) => {
        const own = nodes.find((movement) => movement.sequence === sequence);
        return own ? { sequence, entries: own.entries } : null;
      }),
    });
  });

  it('finds and explains its levels by their ids, and no others', async () => {
    const { nodes: levels } = await levelsOf('ours');
    const explained = `query ($level: ID!) { explain(level: $level) { opening closing reasons { reason delta entryCount }
      absorbedCount level { id entries { totalCount nodes { sequence leg } } } } }`;
    const ids = levels.flatMap(({ id }) => [id, `${id}:9`]);
    const nodesQuery = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    const all = await gateway.data<{ nodes: ({ id: string } | null)[] }>(nodesQuery, { ids });
    const seen = new Set(levels.filter((level) => may(limits, level)).map(({ id }) => id));
    const isSeen = (id: string): boolean => seen.has(id.replace(/:9$/, ''));
    expect(await gateway.data(nodesQuery, { ids }, key)).toEqual({
      nodes: all.nodes.map((node) => (node && isSeen(node.id) ? node : null)),
    });
    for (const level of levels.filter((_, index) => index % 5 === 0)) {
      const variables = { level: level.id };
      const full = await gateway.data(explained, variables);
      expect(await gateway.data(explained, variables, key)).toEqual(may(limits, level) ? full : { explain: null });
    }
  });

  it('is told what can be sold of what it may see', async () => {
    const levels = (await levelsOf('ours')).nodes.filter((level) => may(limits, level));
    const query = `query ($sku: String!) { availability(sku: $sku, quantity: 1) { sellable
      locations { location { code } available incoming sellable } } }`;
    for (const sku of ['TEA', 'CUP', 'BOX']) {
      const { availability } = await gateway.data<{
        availability: { sellable: number; locations: { location: { code: string }; available: number }[] };
      }>(query, { sku }, key);
      const good = levels.filter(
        ({ item, bucket, ...level }) =>
          item.sku === sku &&
          bucket === 'AVAILABLE' &&
          (level as unknown as { condition: string }).condition === 'GOOD',
      );
      for (const { location, available } of availability.locations) {
        expect(mayLocation(limits, location.code)).toBe(true);
        expect(available).toBe(
          sum(
            good.filter((level) => level.location.code === location.code),
            ['AVAILABLE'],
          ),
        );
      }
      const total = availability.locations.reduce((all, { available }) => all + available, 0);
      expect(total).toBe(sum(good, ['AVAILABLE']));
      const threshold = (code: string) => (`${sku}/${code}` === 'TEA/L1' || `${sku}/${code}` === 'CUP/L2' ? 4 : 0);
      const sellable = availability.locations.map(({ location, available }) =>
        Math.max(0, available - threshold(location.code)),
      );
      expect(availability.sellable).toBe(sellable.reduce((all, one) => all + one, 0));
    }
  });
});

const TEA = { sku: 'TEA', owner: '', pool: '', barcode: '', lot: '', packaging: 'SINGLE' };
const L1_2C = 'limited-4';

describe('a limited key that writes', () => {
  const everything = () => gateway.data('{ ledgerHead { hash } }');

  it.each([
    ['another location', { location: 'L2', channel: '2C' }, 'location'],
    ['a location that is not there', { location: 'L3', channel: '2C' }, 'location'],
    ['the parent of its location', { location: 'HOUSE', channel: '2C' }, 'location'],
    ['another channel', { location: 'L1', channel: '2B' }, 'channel'],
    ['no channel', { location: 'L1', channel: '' }, 'channel'],
  ])('cannot change or count stock of %s', async (_, place, field) => {
    const before = await everything();
    const commands = new Commands(gateway, L1_2C);
    const good = { location: 'L1', channel: '2C' };
    const adjust = await commands.send(
      'stockAdjust',
      {
        reason: 'RECEIPT',
        rows: [
          { sku: 'TEA', ...good, delta: 1 },
          { sku: 'TEA', ...place, delta: 1 },
        ],
      },
      'changes { delta } movement { id }',
    );
    expect(faultsOf(adjust)).toEqual([`NOT_ALLOWED rows.1.${field}`]);
    expect(adjust).toMatchObject({ changes: [], movement: null });
    const rows = [good, place].map((one) => ({ ...TEA, ...one, quantity: 1, changeFromQuantity: null }));
    for (const dryRun of [false, true]) {
      const set = await commands.send('stockSet', { rows, dryRun }, 'results { status previousQuantity quantity }');
      expect(faultsOf(set)).toEqual([`NOT_ALLOWED rows.1.${field}`]);
      const results = set['results'] as readonly object[];
      expect(results[1]).toEqual({ status: 'REJECTED', previousQuantity: null, quantity: null });
    }
    expect(await everything()).toEqual(before);
  });

  it('is not told whether a location that it may not see exists', async () => {
    const commands = new Commands(gateway, L1_2C);
    const refusals = [];
    for (const location of ['L2', 'L3']) {
      const rows = [{ sku: 'TEA', location, channel: '2C', delta: 1 }];
      const { userErrors } = await commands.send('stockAdjust', { reason: 'RECEIPT', rows });
      refusals.push(JSON.stringify(userErrors).replaceAll(location, '…'));
    }
    expect(refusals[0]).toBe(refusals[1]);
  });

  it('changes and counts its own', async () => {
    const commands = new Commands(gateway, L1_2C);
    const row = { sku: 'BOX', location: 'L1', channel: '2C' };
    const adjust = await commands.send(
      'stockAdjust',
      { reason: 'RECEIPT', rows: [{ ...row, delta: 4 }] },
      'changes { quantityAfter channel location { code } item { sku } } movement { reason }',
    );
    expect(adjust).toMatchObject({
      userErrors: [],
      changes: [{ quantityAfter: 4, channel: '2C', location: { code: 'L1' } }],
      movement: { reason: 'RECEIPT' },
    });
    const rows = [{ ...row, quantity: 9, changeFromQuantity: 4 }];
    const set = await commands.send('stockSet', { rows }, 'results { status quantity }');
    expect(set).toMatchObject({ userErrors: [], results: [{ status: 'APPLIED', quantity: 9 }] });
  });

  it('is not told of stock in other channels that its count would leave out', async () => {
    const rows = [{ ...TEA, sku: 'CUP', location: 'L1', quantity: 9, changeFromQuantity: null }];
    const full = await new Commands(gateway).send('stockSet', { rows, dryRun: true });
    expect(full.userErrors[0]?.message).toMatch(/channel "2B"/);
    // This key has the stock without a channel, and that of 2B.
    const own = await new Commands(gateway, 'limited-3').send('stockSet', { rows, dryRun: true });
    expect(faultsOf(own)).toEqual(['KEY_TOO_COARSE rows.0']);
    expect(own.userErrors[0]?.message).not.toContain('2C');
    const alone = await new Commands(gateway, 'limited-5').send('stockSet', { rows, dryRun: true });
    expect(alone.userErrors).toEqual([]);
  });

  it('does not get the answer that another key of its client has got', async () => {
    const rows = [{ ...TEA, sku: 'CUP', location: 'L1', quantity: 9, changeFromQuantity: null }];
    const input = { idempotencyKey: 'shared', rows };
    const first = await new Commands(gateway).send('stockSet', input);
    expect(first.userErrors[0]?.message).toMatch(/channel "2C"/);
    const other = await new Commands(gateway, 'limited-5').send('stockSet', input);
    expect(faultsOf(other)).toEqual(['IDEMPOTENCY_KEY_REUSED idempotencyKey']);
    expect(JSON.stringify(other)).not.toContain('2C');
    const again = await new Commands(gateway).send('stockSet', input);
    expect(again).toMatchObject({ replayed: true });
  });

  it('gets its own answer again', async () => {
    const rows = [{ sku: 'BOX', location: 'L1', channel: '2C', delta: 1 }];
    const input = { idempotencyKey: 'own', reason: 'RECEIPT', rows };
    const answers = [];
    for (let n = 0; n < 2; n += 1) answers.push(await new Commands(gateway, L1_2C).send('stockAdjust', input));
    expect(answers).toMatchObject([
      { replayed: false, userErrors: [] },
      { replayed: true, userErrors: [] },
    ]);
  });

  it('is not told when an item first moved elsewhere', async () => {
    const rows = [{ sku: 'TEA', location: 'L1', channel: '2C', delta: 1 }];
    const input = { reason: 'RECEIPT', rows, occurredAt: '2001-01-01T00:00:00Z', dryRun: true };
    expect(faultsOf(await new Commands(gateway).send('stockAdjust', input))).toEqual([
      'NEGATIVE_IN_THE_PAST occurredAt',
    ]);
    expect((await new Commands(gateway, L1_2C).send('stockAdjust', input)).userErrors).toEqual([]);
  });
});

it('a location that is renamed keeps its limit', async () => {
  await gateway.data('mutation { locationRename(code: "EMPTY", newCode: "STORE") { userErrors { code } } }');
  const query = '{ locations { nodes { code } } location(code: "EMPTY") { code } }';
  expect(await gateway.data(query, {}, 'limited-6')).toEqual({
    locations: { nodes: [{ code: 'STORE' }] },
    location: { code: 'STORE' },
  });
});

it('an unknown location and one of others are the same to it', async () => {
  const query = 'query ($codes: [String!]) { availability(sku: "TEA", quantity: 1, locations: $codes) { sellable } }';
  const messages = [];
  for (const code of ['L2', 'L3']) {
    const { errors = [] } = await gateway.answer(query, { codes: [code] }, L1_2C);
    messages.push(errors[0]?.message.replace(code, '…'));
  }
  expect(messages).toEqual(['No location has the code "…".', 'No location has the code "…".']);
});

it('what has no place is empty, even where its id is known', async () => {
  const { errors } = await gateway.answer('{ ledgerHead { hash } }', {}, L1_2C);
  expect(errors?.[0]).toMatchObject({
    message:
      'This API key may not ask for Query.ledgerHead: it is limited to locations or channels, and the field does not keep to such limits. Leave the field out, or use another key.',
    extensions: { code: 'FORBIDDEN' },
  });
  const { inboundMessages } = await gateway.data<{ inboundMessages: { nodes: { id: string }[] } }>(
    '{ inboundMessages { nodes { id } } }',
  );
  const ids = inboundMessages.nodes.map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(0);
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
  expect(await gateway.data(query, { ids }, L1_2C)).toEqual({ nodes: ids.map(() => null) });
});
