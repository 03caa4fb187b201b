import { byIdentifier, factOf } from '../support/domain/test-ledger';
import { Commands, type Payload } from '../support/commands';
import { GraphqlHarness } from '../support/graphql';
import { expectIntactLedgers } from '../support/invariants';

jest.setTimeout(60_000);

let gateway: GraphqlHarness;
let commands: Commands;

beforeEach(async () => {
  gateway = await GraphqlHarness.open();
  commands = new Commands(gateway);
  await commands.catalogue(['TEA', 'tea bag', 'SALT'], ['MAIN', 'SHOP']);
});

afterEach(async () => {
  await expectIntactLedgers(gateway.ledger.pool);
  await gateway.close();
});

interface Refusal {
  readonly code: string;
  readonly field: readonly string[];
  readonly message: string;
}

/** The refusals of a mutation, each as its code and field. */
async function refusals(mutation: string): Promise<string[]> {
  const query = `mutation { answer: ${mutation} { userErrors { code field message } } }`;
  const { answer } = await gateway.data<{ answer: { userErrors: Refusal[] } }>(query);
  return answer.userErrors.map(({ code, field }) => `${code} ${field.join('.')}`);
}

const onHand = async (sku: string): Promise<unknown> =>
  (
    await gateway.data<{ stock: { nodes: unknown } }>(
      'query ($skus: [String!]) { stock(filter: { skus: $skus }) { nodes { item { sku } location { code } onHand } } }',
      { skus: [sku] },
    )
  ).stock.nodes;

const skus = async (more = ''): Promise<string[]> =>
  (await gateway.data<{ items: { nodes: { sku: string }[] } }>(`{ items${more} { nodes { sku } } }`)).items.nodes.map(
    ({ sku }) => sku,
  );

interface Merged extends Payload {
  readonly item: { readonly id: string; readonly sku: string } | null;
  readonly movement: { readonly reason: string } | null;
  readonly changes: readonly { readonly delta: number; readonly quantityAfter: number }[];
}

async function merge(from: object, into: object, more = ''): Promise<Merged> {
  const query = `mutation ($from: ItemReferenceInput!, $into: ItemReferenceInput!, $key: String!) {
    answer: itemMerge(from: $from, into: $into, idempotencyKey: $key${more}) {
      item { id sku } movement { reason } changes { delta quantityAfter item { sku } location { code } lot }
      userErrors { code field message } replayed ledgerSequence } }`;
  return (await gateway.data<{ answer: Merged }>(query, { from, into, key: commands.nextKey() })).answer;
}

const idOf = async (sku: string): Promise<string> => {
  const { items } = await gateway.data<{ items: { nodes: { id: string; sku: string }[] } }>(
    '{ items(includeArchived: true) { nodes { id sku } } }',
  );
  return items.nodes.find((item) => item.sku === sku)?.id ?? '';
};

describe('itemRename', () => {
  it('keeps the id and the stock, and what still uses the old sku finds the item', async () => {
    await commands.receive({ sku: 'TEA', location: 'MAIN', delta: 5 });
    const id = await idOf('TEA');
    expect(await refusals('itemRename(sku: "TEA", newSku: " GREEN-TEA ")')).toEqual([]);
    expect(await idOf('GREEN-TEA')).toBe(id);
    const query = '{ item(sku: "TEA") { id sku identifiers { scheme value } } }';
    const identifiers = [{ scheme: 'SKU', value: 'TEA' }];
    expect(await gateway.data(query)).toEqual({ item: { id, sku: 'GREEN-TEA', identifiers } });
    await commands.receive({ sku: 'TEA', location: 'MAIN', delta: 1 });
    await gateway.deliver([factOf('a', { item: byIdentifier('CLIENT_SKU', 'TEA'), delta: 2 })]);
    const stock = [{ item: { sku: 'GREEN-TEA' }, location: { code: 'MAIN' }, onHand: 8 }];
    expect(await onHand('GREEN-TEA')).toEqual(stock);
    expect(await onHand('TEA')).toEqual(stock);
    expect(await refusals('itemSave(sku: "TEA")')).toEqual(['IDENTIFIER_TAKEN sku']);
    expect(await refusals('itemRename(sku: "GREEN-TEA", newSku: "TEA")')).toEqual([]);
    expect(await gateway.data(query)).toEqual({
      item: { id, sku: 'TEA', identifiers: [{ scheme: 'SKU', value: 'GREEN-TEA' }] },
    });
  });

  it.each([
    ['itemRename(sku: "NONE", newSku: "X")', 'ITEM_NOT_FOUND sku'],
    ['itemRename(sku: "TEA", newSku: "TEA")', 'NOTHING_CHANGES newSku'],
    ['itemRename(sku: "TEA", newSku: "SALT")', 'SKU_TAKEN newSku'],
    ['itemRename(sku: "TEA", newSku: "salt")', 'LOOKALIKE newSku'],
    ['itemRename(sku: "TEA", newSku: "a\\u200bb")', 'INVALID_INPUT newSku'],
    ['itemRename(sku: "TEA", newSku: "")', 'INVALID_INPUT newSku'],
    ['itemRename(sku: "TEA", newSku: "SALT", newSpecification: "fine")', 'SKU_TAKEN newSku'],
  ])('%s is refused', async (mutation, refusal) => {
    expect(await refusals(mutation)).toEqual([refusal]);
    expect(await skus()).toEqual(['SALT', 'TEA', 'tea bag']);
  });

  it('takes a look-alike where that is meant, also of its own sku', async () => {
    expect(await refusals('itemRename(sku: "TEA", newSku: "salt", allowLookalike: true)')).toEqual([]);
    expect(await refusals('itemRename(sku: "tea bag", newSku: "Tea Bag")')).toEqual([]);
    expect(await skus()).toEqual(['SALT', 'Tea Bag', 'salt']);
  });

  it('among other calls at once is seen by those after it', async () => {
    const calls = [
      refusals('itemRename(sku: "TEA", newSku: "T2")'),
      ...Array.from({ length: 8 }, () => commands.receive({ sku: 'TEA', location: 'MAIN', delta: 1 })),
    ];
    await Promise.all(calls);
    expect(await onHand('T2')).toEqual([{ item: { sku: 'T2' }, location: { code: 'MAIN' }, onHand: 8 }]);
  });
});

describe('itemMerge', () => {
  it('moves all stock and all names, and both histories stay', async () => {
    await gateway.data(
      `mutation { itemSave(sku: "tea bag", identifiers: [{ scheme: "UPC", value: "12" }]) { item { id } } }`,
    );
    await commands.receive({ sku: 'tea bag', location: 'MAIN', delta: 5, lot: 'L1' });
    await commands.receive({ sku: 'tea bag', location: 'SHOP', delta: 3 });
    await commands.receive({ sku: 'TEA', location: 'SHOP', delta: 1 });
    const [from, into] = [await idOf('tea bag'), await idOf('TEA')];
    const dry = await merge({ sku: 'tea bag' }, { sku: 'TEA' }, ', dryRun: true');
    expect(dry).toMatchObject({ movement: null, userErrors: [] });
    expect(await gateway.data('{ item(sku: "tea bag") { id mergedInto { id } } }')).toEqual({
      item: { id: from, mergedInto: null },
    });
    const merged = await merge({ scheme: 'UPC', value: '12' }, { id: into });
    expect(merged).toMatchObject({ item: { id: into }, movement: { reason: 'MERGE' }, userErrors: [] });
    expect(merged.changes).toEqual(dry.changes);
    expect(merged.changes.map(({ delta, quantityAfter }) => [delta, quantityAfter]).sort()).toEqual(
      [
        [-5, 0],
        [5, 5],
        [-3, 0],
        [3, 4],
      ].sort(),
    );
    expect(await onHand('TEA')).toEqual([
      { item: { sku: 'TEA' }, location: { code: 'MAIN' }, onHand: 5 },
      { item: { sku: 'TEA' }, location: { code: 'SHOP' }, onHand: 4 },
    ]);
    expect(await onHand('tea bag')).toEqual(await onHand('TEA'));
    const query = `{ byUpc: itemByIdentifier(scheme: "UPC", value: "12") { id } bySku: item(sku: "tea bag") { id }
      items { nodes { id } } lookalikes { nodes { names } }
      history: ledgerEntries(filter: { skus: ["tea bag"] }) { totalCount } }`;
    expect(await gateway.data(query)).toMatchObject({
      byUpc: { id: into },
      bySku: { id: into },
      history: { totalCount: 7 },
    });
    expect(await skus('(includeArchived: true)')).toEqual(['SALT', 'TEA']);
    await gateway.deliver([
      factOf('a', { item: byIdentifier('CODE', 'tea bag', { whenUnknown: 'REFUSE' }), delta: 2 }),
    ]);
    await gateway.deliver([factOf('b', { item: byIdentifier('UPC', '12', { whenUnknown: 'REFUSE' }), delta: 2 })]);
    expect(await onHand('TEA')).toMatchObject([{ onHand: 7 }, { onHand: 4 }]);
  });

  it('sent again changes nothing, and is refused where there is nothing to merge', async () => {
    await commands.receive({ sku: 'SALT', location: 'MAIN', delta: 2 });
    const from = await idOf('SALT');
    expect((await merge({ sku: 'SALT' }, { sku: 'TEA' })).userErrors).toEqual([]);
    for (const again of [{ sku: 'SALT' }, { id: from }]) {
      expect((await merge(again, { sku: 'TEA' })).userErrors).toMatchObject([{ code: 'NOTHING_CHANGES' }]);
    }
    expect((await merge({ sku: 'NONE' }, { sku: 'NONE 2' })).userErrors).toMatchObject([
      { code: 'ITEM_NOT_FOUND', field: ['from'], message: 'No item has the sku "NONE".' },
      { code: 'ITEM_NOT_FOUND', field: ['into'], message: 'No item has the sku "NONE 2".' },
    ]);
    expect((await merge({ sku: 'TEA' }, { id: from })).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', field: ['into'] },
    ]);
    expect(await onHand('TEA')).toMatchObject([{ onHand: 2 }]);
    // By its old name, all stock of TEA would go.
    expect((await merge({ sku: 'SALT' }, { sku: 'tea bag' })).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', field: ['from'] },
    ]);
    expect(await onHand('TEA')).toMatchObject([{ onHand: 2 }]);
    // The chain of two merges.
    expect((await merge({ sku: 'TEA' }, { sku: 'tea bag' })).userErrors).toEqual([]);
    for (const name of ['SALT', 'TEA', 'tea bag'])
      expect(await onHand(name)).toMatchObject([{ item: { sku: 'tea bag' }, onHand: 2 }]);
    expect(await skus('(includeArchived: true)')).toEqual(['tea bag']);
  });

  // By a former name, all stock of the item that has it now would go.
  it.each([
    ['its sku', { sku: 'SALT' }, 'itemRename(sku: "SALT", newSku: "SEA SALT")'],
    ['its sku as an identifier', { scheme: 'SKU', value: 'SALT' }, 'itemRename(sku: "SALT", newSku: "SEA SALT")'],
    ['its sku by another scheme', { scheme: 'CLIENT_SKU', value: 'SALT' }, 'itemRename(sku: "SALT", newSku: "SEA")'],
    ['its specification', { sku: 'SALT' }, 'itemRename(sku: "SALT", newSku: "SALT", newSpecification: "fine")'],
    [
      'its specification as an identifier',
      { scheme: 'SKU', value: 'SALT' },
      'itemRename(sku: "SALT", newSku: "SALT", newSpecification: "fine")',
    ],
    [
      'the sku of what was merged into it',
      { sku: 'tea bag' },
      'itemMerge(from: { sku: "tea bag" }, into: { sku: "SALT" }, idempotencyKey: "m")',
    ],
  ])('does not take a former name: %s', async (_what, from, mutation) => {
    await commands.receive({ sku: 'SALT', location: 'MAIN', delta: 2 });
    expect(await refusals(mutation)).toEqual([]);
    for (const more of [', dryRun: true', '']) {
      const { userErrors } = await merge(from, { sku: 'TEA' }, more);
      expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', field: ['from'] }]);
    }
    expect(await onHand('TEA')).toEqual([]);
  });

  it('takes every present name', async () => {
    await gateway.data(`mutation {
      a: itemSave(sku: "COAT", specification: "red", identifiers: [{ scheme: "CLIENT_SKU", value: "C1" }]) { item { id } }
      b: itemSave(sku: "HAT", identifiers: [{ scheme: "UPC", value: "7" }]) { item { id } } }`);
    const id = await idOf('tea bag');
    const present = [
      { sku: 'COAT', specification: 'red' },
      { scheme: 'UPC', value: '7' },
      { scheme: 'CLIENT_SKU', value: 'SALT' },
      { id },
    ];
    for (const from of present) expect((await merge(from, { sku: 'TEA' })).userErrors).toEqual([]);
    expect(await skus()).toEqual(['TEA']);
  });

  it('under one idempotency key happens once', async () => {
    await commands.receive({ sku: 'SALT', location: 'MAIN', delta: 2 });
    const query = `mutation { answer: itemMerge(from: { sku: "SALT" }, into: { sku: "TEA" }, idempotencyKey: "m") {
      item { sku } movement { sequence } userErrors { code } replayed } }`;
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => gateway.data<{ answer: { replayed: boolean } }>(query)),
    );
    expect(answers.filter(({ answer }) => !answer.replayed)).toHaveLength(1);
    expect(new Set(answers.map(({ answer }) => JSON.stringify({ ...answer, replayed: null }))).size).toBe(1);
    expect(await onHand('TEA')).toMatchObject([{ onHand: 2 }]);
  });

  it('among postings to both items at once loses nothing', async () => {
    const calls = [1, 2, 3].flatMap((n) => [
      commands.receive({ sku: 'SALT', location: 'MAIN', delta: n }),
      commands.receive({ sku: 'TEA', location: 'MAIN', delta: 10 * n }),
    ]);
    const merging = merge({ sku: 'SALT' }, { sku: 'TEA' });
    const more = [4, 5].map((n) => commands.receive({ sku: 'SALT', location: 'MAIN', delta: n }));
    await Promise.all([...calls, merging, ...more]);
    expect((await merging).userErrors).toEqual([]);
    expect(await onHand('TEA')).toEqual([{ item: { sku: 'TEA' }, location: { code: 'MAIN' }, onHand: 75 }]);
  });

  it('takes the terms of sale with it, and packages only where both hold the same', async () => {
    await gateway.data(`mutation {
      a: itemSave(sku: "TEA", unitsPerPackage: 10) { item { id } } b: itemSave(sku: "SALT", unitsPerPackage: 12) { item { id } } }`);
    await commands.send('inventoryRecordSave', { sku: 'SALT', location: 'MAIN', outOfStockThreshold: 4 });
    await commands.receive({ sku: 'SALT', location: 'MAIN', packaging: 'BOX', delta: 1 });
    expect((await merge({ sku: 'SALT' }, { sku: 'TEA' })).userErrors).toMatchObject([{ code: 'QUANTITY_MISMATCH' }]);
    await gateway.data('mutation { itemSave(sku: "SALT", unitsPerPackage: 10) { item { id } } }');
    expect((await merge({ sku: 'SALT' }, { sku: 'TEA' })).userErrors).toEqual([]);
    const query = '{ inventoryRecord(sku: "TEA", location: "MAIN") { outOfStockThreshold } }';
    expect(await gateway.data(query)).toEqual({ inventoryRecord: { outOfStockThreshold: 4 } });
  });

  it.each([{}, { sku: 'TEA', id: 'x' }, { scheme: 'UPC' }, { sku: 'TEA', scheme: 'UPC', value: '1' }])(
    'needs one name of an item, not %j',
    async (from) => {
      const query = `mutation ($from: ItemReferenceInput!) {
        itemMerge(from: $from, into: { sku: "TEA" }, idempotencyKey: "k") { replayed } }`;
      const { errors } = await gateway.answer(query, { from });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    },
  );
});

describe('locationRename', () => {
  it('keeps the id, and what still uses the old code finds the location', async () => {
    await commands.receive({ sku: 'TEA', location: 'MAIN', delta: 5 });
    expect(await refusals('locationRename(code: "MAIN", newCode: "HALL 1")')).toEqual([]);
    await commands.receive({ sku: 'TEA', location: 'MAIN', delta: 1 });
    await commands.receive({ sku: 'TEA', location: 'HALL 1', delta: 1 });
    await gateway.deliver([factOf('a', { item: byIdentifier('CLIENT_SKU', 'TEA', { whenUnknown: 'REFUSE' }) })]);
    const query = `{ location(code: "MAIN") { code } locations { nodes { code } }
      stock(filter: { locations: ["MAIN"] }) { nodes { location { code } onHand } }
      levels: stockLevels(filter: { locations: ["MAIN", "SHOP"] }) { nodes { quantity } }
      availability(sku: "TEA", quantity: 1, locations: ["MAIN"]) { sellable } }`;
    expect(await gateway.data(query)).toEqual({
      location: { code: 'HALL 1' },
      locations: { nodes: [{ code: 'HALL 1' }, { code: 'SHOP' }] },
      stock: { nodes: [{ location: { code: 'HALL 1' }, onHand: 8 }] },
      levels: { nodes: [{ quantity: 8 }] },
      availability: { sellable: 8 },
    });
    expect(await refusals('locationSave(code: "MAIN")')).toEqual(['LOOKALIKE code']);
    expect(await refusals('locationRename(code: "SHOP", newCode: "MAIN")')).toEqual(['LOCATION_CODE_TAKEN newCode']);
    expect(await refusals('locationSave(code: "MAIN", allowLookalike: true)')).toEqual([]);
    await commands.receive({ sku: 'TEA', location: 'MAIN', delta: 1 });
    expect(await onHand('TEA')).toMatchObject([{ onHand: 8 }, { location: { code: 'MAIN' }, onHand: 1 }]);
  });

  it.each([
    ['locationRename(code: "NONE", newCode: "X")', 'LOCATION_NOT_FOUND code'],
    ['locationRename(code: "MAIN", newCode: "MAIN")', 'NOTHING_CHANGES newCode'],
    ['locationRename(code: "MAIN", newCode: "SHOP")', 'LOCATION_CODE_TAKEN newCode'],
    ['locationRename(code: "MAIN", newCode: "shop")', 'LOOKALIKE newCode'],
    ['locationRename(code: "MAIN", newCode: " ")', 'INVALID_INPUT newCode'],
  ])('%s is refused', async (mutation, refusal) => {
    expect(await refusals(mutation)).toEqual([refusal]);
  });

  it('there and back again leaves one code', async () => {
    expect(await refusals('locationRename(code: "MAIN", newCode: "main")')).toEqual([]);
    expect(await refusals('locationRename(code: "main", newCode: "MAIN")')).toEqual([]);
    expect(await gateway.data('{ location(code: "main") { code } }')).toEqual({ location: { code: 'MAIN' } });
    expect(await refusals('locationRename(code: "MAIN", newCode: "main")')).toEqual([]);
  });
});

describe('itemArchive and locationArchive', () => {
  const ARCHIVE_ITEM = 'itemArchive(sku: "TEA")';
  const ARCHIVE_LOCATION = 'locationArchive(code: "MAIN")';

  it('are refused while there is stock, also in a part of the location', async () => {
    await gateway.data('mutation { locationSave(code: "SHELF", parent: "MAIN") { location { id } } }');
    await commands.receive({ sku: 'TEA', location: 'SHELF', delta: 5 });
    expect(await refusals(ARCHIVE_ITEM)).toEqual(['STILL_IN_STOCK sku']);
    expect(await refusals(ARCHIVE_LOCATION)).toEqual(['STILL_IN_STOCK code']);
    expect(await refusals('itemArchive(sku: "SALT")')).toEqual([]);
    expect(await refusals('locationArchive(code: "SHOP")')).toEqual([]);
    expect(await refusals('itemArchive(sku: "NONE")')).toEqual(['ITEM_NOT_FOUND sku']);
    expect(await refusals('locationArchive(code: "NONE")')).toEqual(['LOCATION_NOT_FOUND code']);
  });

  it('take what they name out of lists and offers, and leave it by its names and in history', async () => {
    await commands.receive({ sku: 'TEA', location: 'MAIN', delta: 5 });
    await commands.send('inventoryRecordSave', {
      ...{ sku: 'TEA', location: 'MAIN', backOrderHandling: 'BACK_ORDERABLE', backOrderAllocation: 7 },
    });
    const { ledgerSequence } = await commands.send('stockAdjust', {
      reason: 'SHIPMENT',
      rows: [{ sku: 'TEA', location: 'MAIN', delta: -5 }],
    });
    const query = `query ($before: Quantity!) { items { nodes { sku archivedAt } } locations { nodes { code archivedAt } }
      stock { nodes { onHand } } named: stock(filter: { skus: ["TEA"] }) { nodes { onHand } }
      past: stock(asOf: { sequence: $before }) { nodes { onHand } }
      item(sku: "TEA") { sku } location(code: "MAIN") { code } availability(sku: "TEA", quantity: 1) { backOrderable }
      ledgerEntries { totalCount } }`;
    const ask = () => gateway.data(query, { before: (ledgerSequence ?? 0) - 1 });
    const before = await ask();
    expect(before).toMatchObject({ stock: { nodes: [{ onHand: 0 }] }, availability: { backOrderable: 7 } });
    expect(await refusals(ARCHIVE_ITEM)).toEqual([]);
    expect(await ask()).toEqual({
      ...before,
      items: {
        nodes: [
          { sku: 'SALT', archivedAt: null },
          { sku: 'tea bag', archivedAt: null },
        ],
      },
      stock: { nodes: [] },
      availability: { backOrderable: 0 },
    });
    expect(await refusals('itemArchive(sku: "TEA", archived: false)')).toEqual([]);
    expect(await ask()).toEqual(before);
    expect(await refusals(ARCHIVE_LOCATION)).toEqual([]);
    expect(await ask()).toEqual({
      ...before,
      locations: { nodes: [{ code: 'SHOP', archivedAt: null }] },
      stock: { nodes: [] },
      named: { nodes: [] },
      availability: { backOrderable: 0 },
    });
    const all = '{ locations(includeArchived: true) { nodes { code archivedAt } } }';
    expect(await gateway.data(all)).toMatchObject({
      locations: { nodes: [{ archivedAt: expect.any(String) as string }, {}] },
    });
  });

  it('show what comes in all the same, so that no stock is out of sight', async () => {
    expect(await refusals(ARCHIVE_ITEM)).toEqual([]);
    expect(await refusals(ARCHIVE_LOCATION)).toEqual([]);
    await commands.receive({ sku: 'TEA', location: 'MAIN', delta: 5 });
    expect(await gateway.data('{ stock { nodes { onHand sellable } } }')).toEqual({
      stock: { nodes: [{ onHand: 5, sellable: 0 }] },
    });
  });

  it('at once with a receipt see it, or are seen by it', async () => {
    const [archived] = await Promise.all([
      refusals(ARCHIVE_ITEM),
      commands.receive({ sku: 'TEA', location: 'MAIN', delta: 5 }),
    ]);
    expect([[], ['STILL_IN_STOCK sku']]).toContainEqual(archived);
    expect(await gateway.data('{ stock { nodes { onHand } } }')).toEqual({ stock: { nodes: [{ onHand: 5 }] } });
  });
});

describe('itemsSave and locationsSave', () => {
  const ITEMS = `mutation ($rows: [ItemSaveRowInput!]!) { answer: itemsSave(input: { rows: $rows }) {
    rows { index item { sku } location { code } userErrors { code field } } userErrors { code field } } }`;
  const LOCATIONS = `mutation ($rows: [LocationSaveRowInput!]!) { answer: locationsSave(input: { rows: $rows }) {
    rows { index item { sku } location { code parent { code } } userErrors { code field } } userErrors { code field } } }`;

  it('say of each row what became of it, and save the good ones', async () => {
    const rows = [
      { sku: 'RICE', identifiers: [{ scheme: 'UPC', value: '1' }] },
      { sku: 'rice' },
      { sku: ' ' },
      { sku: 'OIL' },
    ];
    const faults = [
      { code: 'LOOKALIKE', field: ['rows', '1', 'sku'] },
      { code: 'INVALID_INPUT', field: ['rows', '2', 'sku'] },
    ];
    expect(await gateway.data(ITEMS, { rows })).toEqual({
      answer: {
        rows: [
          { index: 0, item: { sku: 'RICE' }, location: null, userErrors: [] },
          { index: 1, item: null, location: null, userErrors: [faults[0]] },
          { index: 2, item: null, location: null, userErrors: [faults[1]] },
          { index: 3, item: { sku: 'OIL' }, location: null, userErrors: [] },
        ],
        userErrors: faults,
      },
    });
    expect(await skus()).toEqual(['OIL', 'RICE', 'SALT', 'TEA', 'tea bag']);
  });

  it('take a parent before its parts', async () => {
    const rows = [{ code: 'HALL' }, { code: 'SHELF', parent: 'HALL' }, { code: 'BOX', parent: 'NONE' }];
    expect(await gateway.data(LOCATIONS, { rows })).toMatchObject({
      answer: {
        rows: [
          { index: 0, location: { code: 'HALL', parent: null }, item: null },
          { index: 1, location: { code: 'SHELF', parent: { code: 'HALL' } } },
          { index: 2, location: null, userErrors: [{ code: 'LOCATION_NOT_FOUND', field: ['rows', '2', 'parent'] }] },
        ],
      },
    });
  });

  it('take 300 rows, and no more', async () => {
    const rows = Array.from({ length: 301 }, (_, n) => ({ sku: `sku ${n}` }));
    expect(await gateway.data(ITEMS, { rows })).toEqual({
      answer: { rows: [], userErrors: [{ code: 'BATCH_TOO_LARGE', field: ['rows'] }] },
    });
    const { answer } = await gateway.data<{ answer: { userErrors: [] } }>(ITEMS, { rows: rows.slice(1) });
    expect(answer.userErrors).toEqual([]);
    expect(await gateway.data('{ items { totalCount } }')).toEqual({ items: { totalCount: 303 } });
  });
});
