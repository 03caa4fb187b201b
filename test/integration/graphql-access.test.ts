import { parse, Kind } from 'graphql';
import { buildStockbridgeSchema } from '../../src/graphql/server/schema';
import { CONNECTION, factOf, idOf, MINUTE, NOON } from '../support/domain/test-ledger';
import { createRefusalStore } from '../../src/persistence/refusals/store';
import { Commands } from '../support/commands';
import { GraphqlHarness } from '../support/graphql';

jest.setTimeout(30_000);

let gateway: GraphqlHarness;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  const late = factOf('late', { delta: -1, occurredAtMs: NOON - 2 * MINUTE });
  await gateway.deliver([factOf('ours', { delta: 5, reference: 'PO-1' }), late, factOf('bad', { delta: 2 ** 53 - 1 })]);
  await gateway.findDiscrepancies();
  const commands = new Commands(gateway);
  await commands.receive({ sku: 'TEA', location: 'MAIN', owner: 'A', delta: 2 });
  const side = { sku: 'TEA', packaging: 'SINGLE', quantity: 1 };
  await commands.send('adjustmentOrderCreate', {
    ...{ type: 'OWNER_TRANSFER', sellerOrderNo: 'SO-1', location: 'MAIN', turnOutOwner: 'A', turnInOwner: 'B' },
    lines: [{ out: side, in: side }],
  });
  await gateway.data(`mutation {
    ean: itemSave(sku: "TEA", identifiers: [{ scheme: "EAN", value: "4006381333931" }]) { item { id } }
    twin: itemSave(sku: "tea", allowLookalike: true) { item { id } } }`);
  await commands.send('inventoryRecordSave', { sku: 'TEA', location: 'MAIN', outOfStockThreshold: 1 });
  await commands.send('reservationCreate', { reference: 'CART-1', lines: [{ sku: 'TEA', quantity: 1 }] });
  await gateway.data('mutation { apiKeyCreate(input: { client: "shop", scopes: [STOCK_READ] }) { key } }');
  await gateway.data(
    'mutation { trustedDocumentsAdd(documents: ["query Head { ledgerHead { hash } }"]) { documentIds } }',
  );
  await gateway.data('mutation { connectionSave(input: { kind: "comestri", name: "shop" }) { url } }');
  const refused = { connectionId: CONNECTION.id, reason: 'FORM', atMs: NOON } as const;
  await createRefusalStore(gateway.ledger.pool).add(
    gateway.tenants.ours,
    [{ ...refused, refused: 1, lastAtMs: NOON }],
    [{ ...refused, id: idOf(1), detail: 'no JSON', address: null, bytes: null, body: null }],
  );
});

afterAll(() => gateway.close());

describe('an API key', () => {
  it('is required, before anything else is checked', async () => {
    const response = await gateway.send('{ nothing', {}, null);
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer realm="stockbridge"');
    expect(response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  it('has to be known', async () => {
    const response = await gateway.send('{ ledgerHead { sequence } }', {}, 'revoked');
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer realm="stockbridge", error="invalid_token"');
  });

  it('may read only with the scope read', async () => {
    const query = '{ ledgerHead { sequence } }';
    expect((await gateway.send(query, {}, 'ours-read')).statusCode).toBe(200);
    const refused = await gateway.send(query, {}, 'ours-write');
    expect(refused.statusCode).toBe(403);
    expect(refused.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });

  it('may write only with the scope write', async () => {
    const mutation = 'mutation { locationSave(code: "B") { location { code } } }';
    expect((await gateway.send(mutation, {}, 'ours-read')).statusCode).toBe(403);
    expect(await gateway.data('{ location(code: "B") { code } }')).toEqual({ location: null });
    expect((await gateway.send(mutation, {}, 'ours-write')).json()).toMatchObject({ data: { locationSave: {} } });
  });
});

describe('two tenants', () => {
  /** Every list, and every look-up by a name, an id or a sequence that both tenants could know. */
  const QUERY = `query ($item: [ID!], $movement: ID!, $message: ID!, $after: String, $ids: [ID!]! = [], $document: String!) {
    node(id: $movement) { id } nodes(ids: $ids) { id } stockTotals { onHand stocks }
    item(sku: "TEA") { id } itemByIdentifier(scheme: "CODE", value: "TEA") { id } items { totalCount nodes { id } }
    location(code: "MAIN") { id } locations { totalCount nodes { id } }
    stock(after: $after) { totalCount ledgerSequence nodes { id } }
    byItem: stock(filter: { itemIds: $item }) { nodes { id } }
    bySku: stock(filter: { skus: ["TEA"], locations: ["MAIN"] }) { nodes { id } }
    changed: stock(filter: { changedAfterSequence: 0 }) { nodes { id } }
    past: stock(asOf: { sequence: 1 }) { nodes { id } }
    stockLevels { totalCount nodes { id } } pastLevels: stockLevels(asOf: { sequence: 1 }) { nodes { id } }
    ledgerHead { sequence } ledgerEntries { totalCount nodes { sequence } }
    entriesOfSku: ledgerEntries(filter: { skus: ["TEA"] }) { nodes { sequence } }
    movement(id: $movement) { id } movements { totalCount nodes { id } }
    byReference: movements(filter: { references: ["PO-1"] }) { nodes { id } }
    inboundMessage(id: $message) { id }
    inboundMessages(connection: "warehouse", first: 20) { totalCount nodes { id body movements { id } quarantined { id } } }
    adjustmentOrder(sellerOrderNo: "SO-1") { id } adjustmentOrders { totalCount nodes { id movements { id } } }
    reservation(reference: "CART-1") { id lines { item { id } } } reservations { totalCount nodes { id movements { id } } }
    inventoryRecord(sku: "TEA", location: "MAIN") { id }
    itemByGtin(gtin: "4006381333931") { id } lookalikes { totalCount nodes { names items { id } } }
    availability(sku: "TEA", quantity: 1) { locations { location { id } } }
    apiKeys { totalCount nodes { id } } connections(last: 1) { totalCount nodes { name } } auditEntries { totalCount nodes { id } }
    discrepancies { totalCount nodes { id level { id } entries { sequence } } }
    quarantinedRows(first: 5) { totalCount nodes { id row message { id } } } quarantineSummary { code count }
    quarantinePreview(fix: { identifiers: [{ scheme: "CODE", value: "TEA", sku: "TEA" }] }) { considered stillOpen }
    trustedDocument(documentId: $document) { id text } trustedDocuments { totalCount nodes { id addedBy } }
    trustedDocumentManifest { revision documents bytes }
    connectionHealth(name: "warehouse") { connection messages refused refusals { reason } }
    explain(key: { sku: "TEA", location: "MAIN" }) { closing } }`;

  it('are covered by every query of the schema in the tests below', () => {
    const [operation] = parse(QUERY).definitions;
    const selections = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : [];
    const asked = selections.map((selection) => (selection.kind === Kind.FIELD ? selection.name.value : ''));
    const queries = Object.keys(buildStockbridgeSchema().getQueryType()?.getFields() ?? {});
    expect(queries.filter((query) => !asked.includes(query))).toEqual([]);
  });

  const variables = async () => {
    const data = await gateway.data<Record<string, { nodes: { id: string }[]; pageInfo: { endCursor: string } }>>(`{
      items { nodes { id } } movements { nodes { id } } inboundMessages { nodes { id } }
      locations(first: 1) { nodes { id } } }`);
    const every = await gateway.data<
      Record<string, { nodes: { id: string; documentId?: string; levels?: { id: string }[] }[] }>
    >(`{
      items { nodes { id } } locations { nodes { id } } movements { nodes { id } } inboundMessages { nodes { id } }
      stock { nodes { id levels { id } } } past: stock(asOf: { sequence: 2 }) { nodes { id levels { id } } }
      adjustmentOrders { nodes { id } } trustedDocuments { nodes { id documentId } } }`);
    const nodes = Object.values(every).flatMap((list) => list.nodes);
    return {
      ids: nodes.flatMap(({ id, levels = [] }) => [id, ...levels.map((level) => level.id)]),
      item: [data['items']?.nodes[0]?.id],
      movement: data['movements']?.nodes[0]?.id,
      message: data['inboundMessages']?.nodes[0]?.id,
      document: every['trustedDocuments']?.nodes[0]?.documentId,
    };
  };

  const emptyList = { totalCount: 0, nodes: [] };

  it('never see data of each other, whatever they query', async () => {
    const given = await variables();
    const ours = JSON.stringify(await gateway.data(QUERY, given));
    expect(ours).not.toContain('[]');
    expect(ours.match(/null/g)).toBeNull();
    expect(given.ids.length).toBeGreaterThan(12);
    expect(await gateway.data(QUERY, given, 'theirs')).toEqual({
      ...{ node: null, nodes: given.ids.map(() => null), stockTotals: { onHand: 0, stocks: 0 } },
      ...{ item: null, itemByIdentifier: null, items: emptyList, location: null, locations: emptyList },
      stock: { ...emptyList, ledgerSequence: 0 },
      ...{ byItem: { nodes: [] }, bySku: { nodes: [] }, changed: { nodes: [] }, past: { nodes: [] } },
      ...{ stockLevels: emptyList, pastLevels: { nodes: [] } },
      ...{ ledgerHead: { sequence: 0 }, ledgerEntries: emptyList, entriesOfSku: { nodes: [] } },
      ...{ movement: null, movements: emptyList, byReference: { nodes: [] } },
      ...{ inboundMessage: null, inboundMessages: emptyList, adjustmentOrder: null, adjustmentOrders: emptyList },
      ...{ reservation: null, reservations: emptyList },
      ...{ inventoryRecord: null, availability: null, explain: null, itemByGtin: null, lookalikes: emptyList },
      ...{ quarantinedRows: emptyList, quarantineSummary: [], quarantinePreview: { considered: 0, stillOpen: 0 } },
      ...{ discrepancies: emptyList, apiKeys: emptyList, auditEntries: emptyList },
      ...{ trustedDocument: null, trustedDocuments: emptyList },
      trustedDocumentManifest: { revision: 0, documents: 0, bytes: 0 },
      // Each tenant of the harness has a connection of this name.
      connectionHealth: [{ connection: 'warehouse', messages: 0, refused: 0, refusals: [] }],
      connections: { totalCount: 1, nodes: [{ name: 'warehouse' }] },
    });
  });

  it('find nothing with a cursor of the other, and get no error for it', async () => {
    const page = '{ stock(first: 1) { pageInfo { endCursor } } }';
    const { stock } = await gateway.data<{ stock: { pageInfo: { endCursor: string } } }>(page);
    const query = 'query ($after: String) { stock(before: $after) { nodes { id } } }';
    const data = await gateway.data(query, { after: stock.pageInfo.endCursor }, 'theirs');
    expect(data).toEqual({ stock: { nodes: [] } });
  });

  it('cannot change data of each other', async () => {
    const before = await gateway.data(
      '{ ledgerHead { hash } item(sku: "TEA") { name } location(code: "MAIN") { name } }',
    );
    const input = { idempotencyKey: '1', reason: 'LOSS', rows: [{ sku: 'TEA', location: 'MAIN', delta: -1 }] };
    const adjust = 'mutation ($input: StockAdjustInput!) { stockAdjust(input: $input) { userErrors { code } } }';
    expect(await gateway.data(adjust, { input }, 'theirs')).toEqual({
      stockAdjust: { userErrors: [{ code: 'ITEM_NOT_FOUND' }, { code: 'LOCATION_NOT_FOUND' }] },
    });
    const save =
      'mutation { itemSave(sku: "TEA", name: "theirs") { item { id } } locationSave(code: "MAIN", name: "theirs") { location { id } } itemIdentifierRemove(scheme: "CODE", value: "TEA") { userErrors { code } } }';
    expect(await gateway.data(save, {}, 'theirs')).toMatchObject({
      itemIdentifierRemove: { userErrors: [{ code: 'NOT_FOUND' }] },
    });
    expect(
      await gateway.data('{ ledgerHead { hash } item(sku: "TEA") { name } location(code: "MAIN") { name } }'),
    ).toEqual(before);
  });
});

describe('/graphql by GET', () => {
  it('serves the explorer to a browser', async () => {
    const response = await gateway.app.inject({ url: '/graphql', headers: { accept: 'text/html,*/*' } });
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(response.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('does not run a query', async () => {
    const response = await gateway.app.inject({ url: '/graphql?query={ledgerHead{sequence}}' });
    expect(response.statusCode).toBe(405);
    expect(response.headers.allow).toBe('POST');
  });
});
