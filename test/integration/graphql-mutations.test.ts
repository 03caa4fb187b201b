import type { RowDecoder } from '../../src/application/commands/replay-message';
import { byIdentifier, factOf } from '../support/domain/test-ledger';
import { expectIntactLedgers } from '../support/invariants';
import { GraphqlHarness } from '../support/graphql';

jest.setTimeout(30_000);

let gateway: GraphqlHarness;

/** A replay reads a row that waited for an item as the same fact again. */
const decode: RowDecoder = (text, index) => ({ index, text, fact: waiting });
const waiting = factOf('waiting', { item: byIdentifier('CODE', 'NEW', { whenUnknown: 'REFUSE' }), delta: 3 });

beforeAll(async () => {
  gateway = await GraphqlHarness.open(decode);
  await gateway.data(
    `mutation { tea: itemSave(sku: "TEA") { item { id } } main: locationSave(code: "MAIN") { location { id } } }`,
  );
});

afterAll(async () => {
  await expectIntactLedgers(gateway.ledger.pool);
  await gateway.close();
});

const ADJUST = `mutation ($input: StockAdjustInput!) { stockAdjust(input: $input) {
  movement { sequence reason reference note origin externalId occurredAt entries { delta } }
  changes { item { sku } location { code } bucket packaging delta quantityAfter }
  userErrors { code field current requested } replayed ledgerSequence } }`;

const row = (delta: number, more: object = {}): object => ({ sku: 'TEA', location: 'MAIN', delta, ...more });

const adjust = async (input: object): Promise<unknown> =>
  (await gateway.data<{ stockAdjust: unknown }>(ADJUST, { input: { reason: 'ADJUSTMENT', ...input } })).stockAdjust;

describe('stockAdjust', () => {
  it('posts all rows as one movement, once per idempotency key', async () => {
    const input = {
      ...{ idempotencyKey: 'first', reason: 'RECEIPT', reference: 'PO-1', note: 'by hand' },
      occurredAt: '2025-11-22T20:00:00.000+08:00',
      rows: [row(10), row(4, { bucket: 'ON_HOLD', packaging: 'BOX' })],
    };
    const expected = {
      movement: {
        ...{ reason: 'RECEIPT', reference: 'PO-1', note: 'by hand', origin: 'integrator', externalId: 'first' },
        ...{ occurredAt: '2025-11-22T12:00:00.000Z', entries: [{ delta: 10 }, { delta: 4 }] },
      },
      changes: [
        { item: { sku: 'TEA' }, location: { code: 'MAIN' }, bucket: 'AVAILABLE', delta: 10, quantityAfter: 10 },
        { bucket: 'ON_HOLD', packaging: 'BOX', delta: 4, quantityAfter: 4 },
      ],
      userErrors: [],
    };
    const first = await adjust(input);
    expect(first).toMatchObject({ ...expected, replayed: false, ledgerSequence: 1 });
    expect(await adjust(input)).toEqual({ ...(first as object), replayed: true });
    expect(await adjust({ ...input, note: 'changed' })).toMatchObject({
      ...{ movement: null, changes: [] },
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['idempotencyKey'] }],
    });
  });

  it('answers a dry run with what would happen, and changes nothing', async () => {
    const before = await gateway.data('{ ledgerHead { sequence hash } }');
    const answer = await adjust({ idempotencyKey: 'dry', dryRun: true, rows: [row(-3)] });
    expect(answer).toMatchObject({ movement: null, changes: [{ delta: -3, quantityAfter: 7 }], userErrors: [] });
    expect(await gateway.data('{ ledgerHead { sequence hash } }')).toEqual(before);
    expect(await adjust({ idempotencyKey: 'dry', rows: [row(-1)] })).toMatchObject({ replayed: false, userErrors: [] });
  });

  it('refuses to take more than is available, and says how much is', async () => {
    const { stock } = await gateway.data<{ stock: { nodes: { available: number }[] } }>(
      '{ stock { nodes { available } } }',
    );
    const available = stock.nodes[0]?.available ?? 0;
    const rows = [row(1, { bucket: 'ON_HOLD' }), row(-available - 1)];
    expect(await adjust({ idempotencyKey: 'too many', rows })).toMatchObject({
      ...{ movement: null, changes: [] },
      userErrors: [
        { code: 'INSUFFICIENT_STOCK', field: ['rows', '1', 'delta'], current: available, requested: available + 1 },
      ],
    });
  });

  it.each([
    ['an unknown item', { rows: [row(1, { sku: 'X' })] }, 'ITEM_NOT_FOUND', ['rows', '0', 'sku']],
    ['an unknown location', { rows: [row(1, { location: 'X' })] }, 'LOCATION_NOT_FOUND', ['rows', '0', 'location']],
    ['a delta of zero', { rows: [row(0)] }, 'NOTHING_CHANGES', ['rows', '0', 'delta']],
    ['no rows', { rows: [] }, 'INVALID_INPUT', ['rows']],
    ['too many rows', { rows: Array.from({ length: 301 }, () => row(1)) }, 'BATCH_TOO_LARGE', ['rows']],
    ['the same key twice', { rows: [row(1), row(2)] }, 'DUPLICATE_ROW', ['rows', '1']],
    ['no idempotency key', { idempotencyKey: ' ', rows: [row(1)] }, 'INVALID_INPUT', ['idempotencyKey']],
    ['a reason of counts', { reason: 'COUNT', rows: [row(1)] }, 'INVALID_INPUT', ['reason']],
    ['a reason of reversals', { reason: 'REVERSAL', rows: [row(1)] }, 'INVALID_INPUT', ['reason']],
    ['a reason of orders', { reason: 'UNPACK', rows: [row(1)] }, 'INVALID_INPUT', ['reason']],
  ])('refuses %s', async (name, input, code, field) => {
    expect(await adjust({ idempotencyKey: name, ...input })).toMatchObject({
      movement: null,
      userErrors: [{ code, field }],
    });
  });

  it.each([
    ['a fraction', 1.5],
    ['a number beyond 2^53−1', 9007199254740992],
    ['a text', '1'],
  ])('does not accept %s as a quantity', async (_, delta) => {
    const input = {
      idempotencyKey: 'no quantity',
      reason: 'ADJUSTMENT',
      rows: [{ sku: 'TEA', location: 'MAIN', delta }],
    };
    const response = await gateway.send(ADJUST, { input });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  it.each([
    '2025-02-30T00:00:00Z',
    '2025-11-22T12:00:00',
    '2025-11-22',
    '2025-11-22T24:00:00Z',
    '0000-01-01T00:00:00Z',
  ])('does not accept %s as a date-time', async (occurredAt) => {
    const input = { idempotencyKey: 'no time', reason: 'ADJUSTMENT', rows: [row(1)], occurredAt };
    expect((await gateway.send(ADJUST, { input })).statusCode).toBe(400);
  });
});

describe('itemSave', () => {
  const save = async (args: string): Promise<unknown> => {
    const shown =
      'item { sku specification name unitsPerPackage identifiers { scheme value } } userErrors { code field }';
    return (await gateway.data<{ itemSave: unknown }>(`mutation { itemSave(${args}) { ${shown} } }`)).itemSave;
  };

  it('creates an item, and updates only the given fields', async () => {
    const made = await save(
      'sku: "SALT", name: "Salt", unitsPerPackage: 6, identifiers: [{ scheme: "CODE", value: "007" }]',
    );
    const item = { sku: 'SALT', specification: '', identifiers: [{ scheme: 'CODE', value: '007' }] };
    expect(made).toEqual({ item: { ...item, name: 'Salt', unitsPerPackage: 6 }, userErrors: [] });
    expect(await save('sku: "SALT", name: null')).toMatchObject({ item: { ...item, name: null, unitsPerPackage: 6 } });
    expect(await save('sku: "SALT", unitsPerPackage: null')).toMatchObject({
      item: { name: null, unitsPerPackage: null },
    });
  });

  it('refuses an identifier of another item', async () => {
    expect(await save('sku: "PEPPER", identifiers: [{ scheme: "CODE", value: "007" }]')).toEqual({
      item: null,
      userErrors: [{ code: 'IDENTIFIER_TAKEN', field: ['identifiers', '0'] }],
    });
    expect(await gateway.data('{ item(sku: "PEPPER") { id } }')).toEqual({ item: null });
  });

  it('shows the item as it is after each of several changes in one operation', async () => {
    const query = `mutation {
      one: itemSave(sku: "RICE", identifiers: [{ scheme: "CODE", value: "1" }]) { item { identifiers { value } } }
      two: itemSave(sku: "RICE", identifiers: [{ scheme: "CODE", value: "2" }]) { item { identifiers { value } } }
      three: itemIdentifierRemove(scheme: "CODE", value: "1") { item { identifiers { value } } } }`;
    expect(await gateway.data(query)).toEqual({
      one: { item: { identifiers: [{ value: '1' }] } },
      two: { item: { identifiers: [{ value: '1' }, { value: '2' }] } },
      three: { item: { identifiers: [{ value: '2' }] } },
    });
  });

  it('keeps the same name of two variants apart when its scheme means a sku', async () => {
    const made = `mutation { S: itemSave(sku: "SHIRT", specification: "S", identifiers: [{ scheme: "CHANNEL_SKU", value: "C" }]) { item { id } }
      M: itemSave(sku: "SHIRT", specification: "M", identifiers: [{ scheme: "CHANNEL_SKU", value: "C" }]) { item { id } } }`;
    await gateway.data(made);
    const remove = `mutation { itemIdentifierRemove(scheme: "CHANNEL_SKU", value: "C", specification: "M") { item { specification } } }`;
    expect(await gateway.data(remove)).toEqual({ itemIdentifierRemove: { item: { specification: 'M' } } });
    const query = `{ S: itemByIdentifier(scheme: "CHANNEL_SKU", value: "C", specification: "S") { specification }
      M: itemByIdentifier(scheme: "CHANNEL_SKU", value: "C", specification: "M") { specification } }`;
    expect(await gateway.data(query)).toEqual({ S: { specification: 'S' }, M: null });
  });
});

describe('locationSave', () => {
  it('creates a location, moves it, and refuses a circle', async () => {
    const query = `mutation { shelf: locationSave(code: "SHELF", name: "A shelf", parent: "MAIN") { location { code name parent { code } } }
      renamed: locationSave(code: "SHELF", name: "The shelf") { location { name parent { code } } }
      circle: locationSave(code: "MAIN", parent: "SHELF") { location { code } userErrors { code field } }
      alone: locationSave(code: "SHELF", parent: null) { location { name parent { code } } } }`;
    expect(await gateway.data(query)).toEqual({
      shelf: { location: { code: 'SHELF', name: 'A shelf', parent: { code: 'MAIN' } } },
      renamed: { location: { name: 'The shelf', parent: { code: 'MAIN' } } },
      circle: { location: null, userErrors: [{ code: 'INVALID_INPUT', field: ['parent'] }] },
      alone: { location: { name: 'The shelf', parent: null } },
    });
  });
});

describe('inboundMessageReplay', () => {
  it('applies quarantined rows once their cause is fixed, and only once', async () => {
    await gateway.deliver([waiting]);
    const list = '{ inboundMessages(last: 1) { nodes { id status quarantined { code open } } } }';
    const { inboundMessages } = await gateway.data<{ inboundMessages: { nodes: { id: string }[] } }>(list);
    expect(inboundMessages.nodes).toMatchObject([
      { status: 'QUARANTINED', quarantined: [{ code: 'ITEM_NOT_FOUND', open: true }] },
    ]);
    const replay = `mutation ($id: ID!) { inboundMessageReplay(id: $id) { status quarantined { open } movements { entries { delta } } } }`;
    const id = inboundMessages.nodes[0]?.id;
    const stillWaiting = { status: 'QUARANTINED', quarantined: [{ open: true }], movements: [] };
    expect(await gateway.data(replay, { id })).toEqual({ inboundMessageReplay: stillWaiting });
    await gateway.data(
      'mutation { itemSave(sku: "NEW", identifiers: [{ scheme: "CODE", value: "NEW" }]) { item { id } } }',
    );
    const applied = { status: 'APPLIED', quarantined: [{ open: false }], movements: [{ entries: [{ delta: 3 }] }] };
    expect(await gateway.data(replay, { id })).toEqual({ inboundMessageReplay: applied });
    expect(await gateway.data(replay, { id })).toEqual({ inboundMessageReplay: applied });
  });

  it('refuses a message that the tenant does not have', async () => {
    const replay = 'mutation ($id: ID!) { inboundMessageReplay(id: $id) { id } }';
    const { inboundMessages } = await gateway.data<{ inboundMessages: { nodes: { id: string }[] } }>(
      '{ inboundMessages { nodes { id } } }',
    );
    for (const [id, key] of [
      ['nothing', 'ours'],
      [inboundMessages.nodes[0]?.id, 'theirs'],
    ]) {
      const { errors } = await gateway.answer(replay, { id }, key);
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
  });
});
