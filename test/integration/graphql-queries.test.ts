import { itemNodeId, messageNodeId, movementNodeId } from '../../src/domain/node-ids';
import type { MovementDraft, UnitOfWork } from '../../src/domain/ledger/unit-of-work';
import { DEFAULT_DIMENSIONS, stockKey, type StockDimensions } from '../../src/domain/ledger/stock-key';
import { byIdentifier, CONNECTION, factOf, idOf, keyOf, MINUTE, NOON } from '../support/domain/test-ledger';
import { GraphqlHarness } from '../support/graphql';

jest.setTimeout(30_000);

let gateway: GraphqlHarness;

/** Noon, by the sender's clock. */
const noon = new Date(NOON).toISOString();
const tea = { item: byIdentifier('CODE', 'TEA', { alsoKnownAs: [{ scheme: 'EAN', value: '4006381333931' }] }) };

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  await gateway.deliver([
    factOf('opening', { ...tea, delta: 100, reason: 'OPENING' }),
    factOf('held', { ...tea, delta: 5, dimensions: { ...DEFAULT_DIMENSIONS, bucket: 'ON_HOLD' }, reference: 'PO-1' }),
    factOf('coming', { ...tea, delta: 7, dimensions: { ...DEFAULT_DIMENSIONS, bucket: 'INCOMING' } }),
    factOf('sent', { ...tea, delta: -130, reason: 'SHIPMENT', reference: 'SO-9', occurredAtMs: NOON }),
  ]);
  await gateway.deliver([
    factOf('sent', { ...tea, delta: -130, reason: 'SHIPMENT', reference: 'SO-9', occurredAtMs: NOON }),
  ]);
  await gateway.deliver([factOf('sent', { delta: 1 })]);
  await report(90);
  await absorb();
});

afterAll(() => gateway.close());

/** The warehouse's own total: a first value without a baseline, then a count of it. */
async function report(quantity: number): Promise<void> {
  const key = keyOf('TEA', 'MAIN', { bucket: 'REPORTED_ON_HAND' });
  await gateway.postMovement({ outcomes: [], keys: [key] }, (work) =>
    draft(work, key.dimensions, { reason: 'UNKNOWN', delta: quantity, occurredAtMs: NOON - 2 * MINUTE }),
  );
  const before = await gateway.data(`{ stock { nodes { reportedOnHand drift } } }`);
  expect(before).toEqual({ stock: { nodes: [{ reportedOnHand: null, drift: null }] } });
  await gateway.postMovement({ outcomes: [], keys: [key] }, (work) => ({
    ...draft(work, key.dimensions, { reason: 'COUNT', delta: 0, occurredAtMs: NOON }),
    legs: [],
    counts: [
      {
        ...(draft(work, key.dimensions, { reason: 'COUNT', delta: 0, occurredAtMs: NOON }).legs[0] ?? fail()),
        ...{
          status: 'UNCHANGED',
          quantity,
          previousQuantity: quantity,
          asOfMs: NOON,
          sourceSequence: null,
          code: null,
        },
        accepted: { effectiveAtMs: NOON, explicit: true, quantity, originId: CONNECTION.id, sourceSequence: null },
      },
    ],
  }));
}

/** A leg from before the count of its key, and one that still counts. */
async function absorb(): Promise<void> {
  const dimensions = { ...DEFAULT_DIMENSIONS, bucket: 'REPORTED_ON_HAND' } as const;
  const fact = { ...tea, reason: 'GAIN', eventId: 'late', occurredAtMs: NOON - MINUTE } as const;
  await gateway.deliver([
    factOf('late reported', { ...fact, dimensions, delta: 4 }),
    factOf('late available', { ...fact, delta: 1 }),
  ]);
}

function draft(
  work: UnitOfWork,
  dimensions: StockDimensions,
  { reason, delta, occurredAtMs }: { delta: number } & Pick<MovementDraft, 'reason' | 'occurredAtMs'>,
): MovementDraft {
  const { item, location } = keyOf('TEA', 'MAIN');
  const [foundItem, foundLocation] = [work.resolveItem(item), work.resolveLocation(location)];
  if (!('found' in foundItem) || !('found' in foundLocation)) return fail();
  const leg = { ...work.levelKey(stockKey(dimensions, foundItem.found.id, foundLocation.found.id)), delta };
  return { reason, externalId: reason, occurredAtMs, evidenceHash: '00'.repeat(32), legs: [leg] };
}

const fail = (): never => {
  throw new Error('The ledger is not as made.');
};

describe('the query stock', () => {
  it('sums the levels by bucket, and compares the sum with the reported total', async () => {
    const query = `{ stock { ledgerSequence totalCount nodes { item { sku } location { code } onHand available reserved
      committed missing blocked onHold incoming reportedOnHand drift } } }`;
    expect(await gateway.data(query)).toEqual({
      stock: {
        ledgerSequence: 7,
        totalCount: 1,
        nodes: [
          {
            ...{ item: { sku: 'TEA' }, location: { code: 'MAIN' } },
            ...{ onHand: -24, available: -29, reserved: 0, committed: 0, missing: 0, blocked: 0, onHold: 5 },
            ...{ incoming: 7, reportedOnHand: 90, drift: 114 },
          },
        ],
      },
    });
  });

  it.each([
    ['skus: ["TEA"]', 1],
    ['skus: ["tea"]', 0],
    ['skus: []', 0],
    ['locations: ["MAIN"]', 1],
    ['locations: ["B"]', 0],
    ['drifting: true', 1],
    ['drifting: false', 1],
    ['itemIds: ["not an id"]', 0],
    ['skus: null', 1],
    ['changedAfterSequence: 7', 0],
    ['changedAfterSequence: 6', 1],
    ['changedSince: "2020-01-01T00:00:00+05:30"', 1],
  ])('is filtered by %s', async (filter, count) => {
    const { stock } = await gateway.data<{ stock: { nodes: unknown[] } }>(
      `{ stock(filter: { ${filter} }) { nodes { id } } }`,
    );
    expect(stock.nodes).toHaveLength(count);
  });

  it('is filtered by item ids', async () => {
    const { item } = await gateway.data<{ item: { id: string } }>('{ item(sku: "TEA") { id } }');
    const query = 'query ($ids: [ID!]) { stock(filter: { itemIds: $ids }) { nodes { onHand } } }';
    expect(await gateway.data(query, { ids: [item.id] })).toEqual({ stock: { nodes: [{ onHand: -24 }] } });
  });

  it('is shown as of a sequence and as of a time, and not as of both', async () => {
    const { movements } = await gateway.data<{ movements: { nodes: { recordedAt: string }[] } }>(
      '{ movements(first: 1) { nodes { recordedAt } } }',
    );
    const query = 'query ($asOf: AsOf) { stock(asOf: $asOf) { ledgerSequence nodes { onHand } } }';
    const first = { stock: { ledgerSequence: 1, nodes: [{ onHand: 100 }] } };
    expect(await gateway.data(query, { asOf: { sequence: 1 } })).toEqual(first);
    const recordedAt = movements.nodes[0]?.recordedAt;
    const byTime = await gateway.data<{ stock: { ledgerSequence: number } }>(query, { asOf: { recordedAt } });
    expect(byTime.stock.ledgerSequence).toBeGreaterThanOrEqual(1);
    for (const asOf of [{}, { sequence: 1, recordedAt }, { sequence: -1 }]) {
      const { errors } = await gateway.answer(query, { asOf });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
  });
});

describe('the query stockLevels', () => {
  it.each([
    ['', 4],
    ['buckets: [ON_HOLD, INCOMING]', 2],
    ['negative: true', 1],
    ['nonZero: true', 4],
    ['nonZero: false', 4],
    ['conditions: [DAMAGED]', 0],
    ['owners: [""], lots: [""]', 4],
    ['owners: ["me"]', 0],
    ['skus: ["TEA"], locations: ["MAIN"], buckets: [AVAILABLE]', 1],
  ])('is filtered by %s', async (filter, count) => {
    const query = `{ stockLevels(filter: { ${filter} }) { totalCount nodes { bucket } } }`;
    const { stockLevels } = await gateway.data<{ stockLevels: { totalCount: number; nodes: unknown[] } }>(query);
    expect(stockLevels.nodes).toHaveLength(count);
    expect(stockLevels.totalCount).toBe(count);
  });

  it('leads from levels to entries, movements and the message behind them', async () => {
    const query = `{ stockLevels(filter: { buckets: [ON_HOLD] }) { nodes { quantity version entries(last: 1) { nodes {
      sequence leg delta quantityAfter levelVersion level { bucket quantity } movement { reason reference origin
      externalId correlationId occurredAt inboundMessage { connection format status verdict bodySha256
        movements { sequence } quarantined { code } } } } } } } }`;
    const message = { connection: 'warehouse', format: 'standard', status: 'APPLIED', verdict: 'test' };
    expect(await gateway.data(query)).toMatchObject({
      stockLevels: {
        nodes: [
          {
            ...{ quantity: 5, version: 1 },
            entries: {
              nodes: [
                {
                  ...{ sequence: 2, leg: 0, delta: 5, quantityAfter: 5, levelVersion: 1 },
                  level: { bucket: 'ON_HOLD', quantity: 5 },
                  movement: {
                    ...{ reason: 'ADJUSTMENT', reference: 'PO-1', origin: 'warehouse' },
                    ...{ externalId: 'held', correlationId: 'held' },
                    inboundMessage: {
                      ...message,
                      movements: [{ sequence: 1 }, { sequence: 2 }, { sequence: 3 }, { sequence: 4 }],
                      quarantined: [],
                    },
                  },
                },
              ],
            },
          },
        ],
      },
    });
  });
});

describe('the ledger', () => {
  const sequences = async (list: string): Promise<number[]> => {
    const data = await gateway.data<{ list: { nodes: { sequence: number }[] } }>(
      `{ list: ${list} { nodes { sequence } } }`,
    );
    return data.list.nodes.map(({ sequence }) => sequence);
  };

  it('ends with its head', async () => {
    const { ledgerHead, movements } = await gateway.data<{ ledgerHead: object; movements: { nodes: object[] } }>(
      '{ ledgerHead { sequence hash recordedAt } movements(last: 1) { nodes { sequence hash recordedAt } } }',
    );
    expect(ledgerHead).toEqual(movements.nodes[0]);
  });

  it.each([
    ['', [1, 2, 3, 4, 5, 7], [1, 2, 3, 4, 5, 6, 7]],
    ['skus: ["TEA"]', [1, 2, 3, 4, 5, 7], [1, 2, 3, 4, 5, 7]],
    ['skus: ["TEA"], buckets: [INCOMING]', [3], [3]],
    ['locations: ["MAIN"], reasons: [SHIPMENT, GAIN]', [4, 7], [4, 7]],
    ['locations: ["B"]', [], []],
    ['reasons: [COUNT]', [], [6]],
    ['references: ["PO-1", "SO-9"]', [2, 4], [2, 4]],
    ['references: ["PO-1", "SO-9"], skus: ["TEA"], buckets: [ON_HOLD]', [2], [2]],
    ['afterSequence: 4', [5, 7], [5, 6, 7]],
    [`occurredFrom: "${noon}"`, [4], [4, 6]],
    [`occurredFrom: "${noon}", occurredTo: "${noon}", skus: ["TEA"]`, [4], [4]],
    ['occurredTo: "2000-01-01T00:00:00Z"', [], []],
    [
      'recordedFrom: "2000-01-01T00:00:00Z", recordedTo: "9999-12-31T00:00:00Z"',
      [1, 2, 3, 4, 5, 7],
      [1, 2, 3, 4, 5, 6, 7],
    ],
    ['recordedFrom: "9999-12-31T00:00:00Z"', [], []],
    ['recordedTo: "2000-01-01T00:00:00Z"', [], []],
  ])('is filtered by %s', async (filter, entries, movements) => {
    expect(await sequences(`ledgerEntries(filter: { ${filter} })`)).toEqual(entries);
    expect(await sequences(`movements(filter: { ${filter} })`)).toEqual(movements);
  });

  it('includes both bounds of a range of recorded times', async () => {
    const { movements } = await gateway.data<{ movements: { nodes: { sequence: number; recordedAt: string }[] } }>(
      '{ movements { nodes { sequence recordedAt } } }',
    );
    for (const { recordedAt } of movements.nodes) {
      const expected = movements.nodes.filter((movement) => movement.recordedAt === recordedAt);
      const filter = `recordedFrom: "${recordedAt}", recordedTo: "${recordedAt}"`;
      expect(await sequences(`movements(filter: { ${filter} })`)).toEqual(expected.map(({ sequence }) => sequence));
    }
  });

  it('finds movements by id, with their entries and absorbed legs', async () => {
    const query = `query ($id: ID!) { movement(id: $id) { id sequence reason entries { leg delta movement { sequence } }
      absorbedLegs { item { sku } location { code } bucket delta quantityAfter } effectiveAt recordedAt } }`;
    const id = movementNodeId(7);
    const data = await gateway.data<{ movement: { effectiveAt: string; recordedAt: string } }>(query, { id });
    expect(data).toMatchObject({
      movement: {
        ...{ id, sequence: 7, reason: 'GAIN' },
        entries: [{ leg: 0, delta: 1, movement: { sequence: 7 } }],
        absorbedLegs: [
          {
            ...{ item: { sku: 'TEA' }, location: { code: 'MAIN' } },
            ...{ bucket: 'REPORTED_ON_HAND', delta: 4, quantityAfter: 90 },
          },
        ],
      },
    });
    expect(data.movement.effectiveAt <= data.movement.recordedAt).toBe(true);
  });

  it.each([movementNodeId(999), 'nothing', '', Buffer.from('movement:01').toString('base64url')])(
    'finds no movement with the id %j',
    async (id) => {
      expect(await gateway.data('query ($id: ID!) { movement(id: $id) { id } }', { id })).toEqual({ movement: null });
    },
  );
});

describe('inbound messages', () => {
  it('shows the outcome of each delivery, and its quarantined rows', async () => {
    const query = `{ inboundMessages { totalCount nodes { status body movements { sequence }
      quarantined { index code detail row open } } } }`;
    const { inboundMessages } = await gateway.data<{ inboundMessages: { nodes: object[] } }>(query);
    expect(inboundMessages.nodes).toMatchObject([
      { status: 'APPLIED', quarantined: [] },
      { status: 'DUPLICATE', movements: [], quarantined: [] },
      {
        status: 'QUARANTINED',
        body: '["{\\"id\\":\\"sent\\"}"]',
        movements: [],
        quarantined: [{ index: 0, code: 'EXTERNAL_ID_REUSED', row: '{"id":"sent"}', open: true }],
      },
      { status: 'APPLIED', movements: [{ sequence: 7 }], quarantined: [] },
    ]);
  });

  it.each([
    ['status: QUARANTINED', 1],
    ['connection: "warehouse"', 4],
    ['connection: "another"', 0],
    ['connection: "warehouse", status: DUPLICATE', 1],
  ])('is filtered by %s', async (args, count) => {
    const { inboundMessages } = await gateway.data<{ inboundMessages: { totalCount: number } }>(
      `{ inboundMessages(${args}) { totalCount } }`,
    );
    expect(inboundMessages.totalCount).toBe(count);
  });

  it('finds messages by id', async () => {
    const query = 'query ($id: ID!) { inboundMessage(id: $id) { id } }';
    const id = messageNodeId(idOf(0xa001));
    expect(await gateway.data(query, { id })).toEqual({ inboundMessage: { id } });
    for (const unknown of [messageNodeId(idOf(1)), itemNodeId(idOf(0xa001)), idOf(0xa001), 'nothing']) {
      expect(await gateway.data(query, { id: unknown })).toEqual({ inboundMessage: null });
    }
  });
});

describe('the catalogue', () => {
  it('finds items by sku and by every other identifier', async () => {
    const shown = '{ sku specification identifiers { scheme value gtin } stock { onHand levels { bucket } } }';
    const query = `{ item(sku: "TEA") ${shown} itemByIdentifier(scheme: "EAN", value: "4006381333931") ${shown} }`;
    const { item, itemByIdentifier } = await gateway.data(query);
    expect(item).toEqual(itemByIdentifier);
    expect(item).toMatchObject({
      ...{ sku: 'TEA', specification: '' },
      identifiers: [
        { scheme: 'CODE', value: 'TEA', gtin: null },
        { scheme: 'EAN', value: '4006381333931', gtin: '04006381333931' },
      ],
      stock: [{ onHand: -24, levels: [{}, {}, {}, {}] }],
    });
    const unknown =
      '{ item(sku: "TEA", specification: "green") { id } itemByIdentifier(scheme: "CODE", value: "x") { id } }';
    expect(await gateway.data(unknown)).toEqual({ item: null, itemByIdentifier: null });
  });

  it.each([
    ['te', 1],
    ['4006381333931', 1],
    ['400638', 0],
    ['%', 0],
    ['_EA', 0],
  ])('finds items by %j', async (search, count) => {
    const query = 'query ($search: String) { items(search: $search) { totalCount } }';
    expect(await gateway.data(query, { search })).toEqual({ items: { totalCount: count } });
  });

  it('takes no search that is longer than any name', async () => {
    const query = 'query ($search: String) { items(search: $search) { totalCount } }';
    expect(await gateway.data(query, { search: 'x'.repeat(255) })).toEqual({ items: { totalCount: 0 } });
    const { errors } = await gateway.answer(query, { search: 'x'.repeat(256) });
    expect(errors).toMatchObject([{ message: 'search has 256 characters; at most 255 are taken.' }]);
  });

  it('finds locations by code', async () => {
    const query = '{ location(code: "MAIN") { code name parent { code } } none: location(code: "main") { code } }';
    expect(await gateway.data(query)).toEqual({ location: { code: 'MAIN', name: null, parent: null }, none: null });
  });
});

it('refuses a text that can never be stored, and says so', async () => {
  const { errors } = await gateway.answer('query ($sku: String!) { item(sku: $sku) { id } }', { sku: 'a\u0000b' });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(errors?.[0]?.message).toContain('NUL');
});
