import { Commands, type Payload } from '../support/commands';
import { at, bySku, factOf, MINUTE } from '../support/domain/test-ledger';
import { GraphqlHarness } from '../support/graphql';
import { DEFAULT_DIMENSIONS, type StockBucket } from '../../src/domain/ledger/stock-key';

jest.setTimeout(120_000);

let gateway: GraphqlHarness;
let commands: Commands;
let made = 0;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  commands = new Commands(gateway);
});

afterAll(() => gateway.close());

interface Found {
  readonly id: string;
  readonly kind: string;
  readonly expected: number | null;
  readonly observed: number;
  readonly closedAt: string | null;
  readonly note: string | null;
  readonly entries: readonly { readonly delta: number }[];
}

const FIELDS = 'id kind expected observed closedAt note level { bucket } entries { delta }';

async function found(filter: object): Promise<Found[]> {
  await gateway.findDiscrepancies();
  const query = `query ($filter: DiscrepancyFilter) { discrepancies(filter: $filter) { nodes { ${FIELDS} } } }`;
  return (await gateway.data<{ discrepancies: { nodes: Found[] } }>(query, { filter })).discrepancies.nodes;
}

/** Each as `DRIFT 6→10 by -4`, and whether it is closed. */
const summary = async (sku: string, kinds?: string[]): Promise<string[]> =>
  (await found({ skus: [sku], ...(kinds ? { kinds } : {}) })).map(
    ({ kind, expected, observed, closedAt, entries }) =>
      `${kind} ${expected ?? ''}→${observed} by ${entries.map(({ delta }) => delta).join()}${closedAt === null ? '' : ', closed'}`,
  );

async function newItem(): Promise<string> {
  const sku = `SKU-${(made += 1)}`;
  await commands.catalogue([sku], ['MAIN']);
  return sku;
}

interface Change {
  readonly delta: number;
  readonly bucket?: StockBucket;
}

/** One event of a warehouse. It happened just before it is received. */
async function report(sku: string, changes: readonly Change[], reference: string | null = null): Promise<void> {
  const eventId = `event ${(made += 1)}`;
  const occurredAtMs = Date.now();
  const facts = changes.map(({ delta, bucket = 'AVAILABLE' }, index) =>
    factOf(`${eventId} ${index}`, {
      ...{ eventId, item: bySku(sku), location: at('MAIN'), delta, reference, occurredAtMs },
      dimensions: { ...DEFAULT_DIMENSIONS, bucket },
    }),
  );
  const { rows } = await gateway.deliver(facts);
  expect(rows.map(({ status }) => status)).toEqual(changes.map(() => 'POSTED'));
}

async function count(sku: string, quantity: number, more: object = {}): Promise<Payload> {
  const rows = [{ sku, location: 'MAIN', quantity, ...more }];
  return commands.send('stockSet', { rows, onRowError: 'REJECT_ROWS' }, 'results { status }');
}

describe('a level below zero', () => {
  it('opens a discrepancy that closes when units have come in', async () => {
    const sku = await newItem();
    await report(sku, [{ delta: -2 }]);
    await report(sku, [{ delta: -1 }]);
    await report(sku, [{ delta: 2 }]);
    expect(await summary(sku)).toEqual(['NEGATIVE_LEVEL →-3 by -2,-1,2']);
    await report(sku, [{ delta: 1 }]);
    expect(await summary(sku)).toEqual(['NEGATIVE_LEVEL →-3 by -2,-1,2, closed']);
  });

  it('opens none within one movement', async () => {
    const sku = await newItem();
    await report(sku, [{ delta: -2 }, { delta: 2 }]);
    expect(await summary(sku)).toEqual([]);
  });
});

describe('a total that is not what the stock adds up to', () => {
  const reported = 'REPORTED_ON_HAND';

  it('opens a discrepancy once it has a baseline, until both are equal again', async () => {
    const sku = await newItem();
    await report(sku, [{ delta: 10 }]);
    await report(sku, [{ delta: 9, bucket: reported }]);
    expect(await summary(sku)).toEqual([]);
    await count(sku, 10, { bucket: reported, changeFromQuantity: null });
    await report(sku, [{ delta: -4 }, { delta: -4, bucket: reported }]);
    expect(await summary(sku)).toEqual([]);
    await report(sku, [{ delta: -3 }]);
    await report(sku, [{ delta: -1, bucket: 'COMMITTED' }, { delta: 1 }]);
    expect(await summary(sku, ['DRIFT'])).toEqual(['DRIFT 3→6 by -3,-1,1']);
    const health = await gateway.data('{ connectionHealth(name: "warehouse") { drifting } }');
    expect(health).toEqual({ connectionHealth: [{ drifting: 1 }] });
    await report(sku, [{ delta: -3, bucket: reported }]);
    expect(await summary(sku, ['DRIFT'])).toEqual(['DRIFT 3→6 by -3,-1,1, closed']);
  });
});

describe('a count that contradicts one of the same moment', () => {
  const asOf = (): string => new Date(Date.now() - 10 * MINUTE).toISOString();

  it('opens a discrepancy that closes with the next count', async () => {
    const sku = await newItem();
    const moment = { asOf: asOf() };
    await count(sku, 5, moment);
    const { userErrors } = await count(sku, 7, moment);
    expect(userErrors).toMatchObject([{ code: 'AS_OF_CONFLICT' }]);
    await count(sku, 8, moment);
    expect(await summary(sku)).toEqual(['CONFLICTING_COUNT 5→8 by 5']);
    await count(sku, 4, { asOf: new Date().toISOString() });
    expect(await summary(sku)).toEqual(['CONFLICTING_COUNT 5→8 by 5, closed']);
  });

  it('leaves no trace where the whole call was refused', async () => {
    const sku = await newItem();
    const row = { sku, location: 'MAIN', asOf: asOf() };
    await count(sku, 5, { asOf: row.asOf });
    const refused = await commands.send('stockSet', { rows: [{ ...row, quantity: 7 }] });
    expect(refused.userErrors).toMatchObject([{ code: 'AS_OF_CONFLICT' }]);
    expect(await summary(sku)).toEqual([]);
  });
});

describe('a message under the number of an order', () => {
  const box = { packaging: 'BOX', standardPartsQuantity: 6 };

  async function order(sku: string): Promise<string> {
    await commands.receive({ sku, location: 'MAIN', packaging: 'BOX', delta: 3 });
    const lines = [{ out: { sku, quantity: 1, ...box }, in: { sku, quantity: 6, packaging: 'SINGLE' } }];
    const input = { type: 'UNPACK', location: 'MAIN', sellerOrderNo: `SO-${sku}`, lines };
    const payload = await commands.send<Payload & { adjustmentOrder: { orderNo: string } }>(
      'adjustmentOrderCreate',
      input,
      'adjustmentOrder { orderNo }',
    );
    expect(payload.userErrors).toEqual([]);
    return payload.adjustmentOrder.orderNo;
  }

  it.each(['orderNo', 'sellerOrderNo'])('counts twice, by its %s, until the warehouse takes it back', async (by) => {
    const sku = await newItem();
    const orderNo = await order(sku);
    const reference = by === 'orderNo' ? orderNo : `SO-${sku}`;
    await report(sku, [{ delta: 6 }], reference);
    await report(sku, [{ delta: 1 }]);
    expect(await summary(sku)).toEqual(['UNMATCHED_ECHO 6→12 by 6']);
    await report(sku, [{ delta: -6 }], reference);
    expect(await summary(sku)).toEqual(['UNMATCHED_ECHO 7→7 by 6,-6, closed']);
  });

  it('counts once when the order is reversed', async () => {
    const sku = await newItem();
    const orderNo = await order(sku);
    await report(sku, [{ delta: 6 }], orderNo);
    await gateway.findDiscrepancies();
    const query = `mutation ($orderNo: String!, $key: String!) {
      adjustmentOrderReverse(orderNo: $orderNo, idempotencyKey: $key) { userErrors { code } } }`;
    const reversed = await gateway.data(query, { orderNo, key: commands.nextKey() });
    expect(reversed).toEqual({ adjustmentOrderReverse: { userErrors: [] } });
    await report(sku, [{ delta: 6 }], orderNo);
    expect(await summary(sku)).toEqual(['UNMATCHED_ECHO 6→12 by 6, closed']);
  });

  it('fits after a count as of a moment after it', async () => {
    const sku = await newItem();
    const orderNo = await order(sku);
    await report(sku, [{ delta: 6 }], orderNo);
    await count(sku, 6, { packaging: 'SINGLE', changeFromQuantity: null });
    expect(await summary(sku)).toEqual(['UNMATCHED_ECHO 6→12 by 6, closed']);
  });
});

describe('a note', () => {
  const NOTE = `mutation ($id: ID!, $note: String) { discrepancyNote(id: $id, note: $note) {
    discrepancy { id note } userErrors { code message field } } }`;
  const setNote = async (id: string, note: string | null): Promise<unknown> =>
    (await gateway.data(NOTE, { id, note }))['discrepancyNote'];
  const opened = async (): Promise<string> => {
    const sku = await newItem();
    await report(sku, [{ delta: -2 }]);
    return (await found({ skus: [sku] }))[0]?.id ?? '';
  };
  const audit = async (id: string): Promise<unknown> =>
    (
      await gateway.data<{ auditEntries: { nodes: unknown } }>(
        `query ($id: String!) { auditEntries(subject: $id) { nodes { action actor before after } } }`,
        { id },
      )
    ).auditEntries.nodes;

  it('is set, changed and taken away, and each change is kept once', async () => {
    const id = await opened();
    expect(await setNote(id, ' asked them ')).toEqual({ discrepancy: { id, note: 'asked them' }, userErrors: [] });
    await setNote(id, 'asked them');
    await setNote(id, null);
    expect(await setNote(id, '')).toEqual({ discrepancy: { id, note: null }, userErrors: [] });
    const entry = { action: 'DISCREPANCY_NOTED', actor: 'integrator' };
    const [none, asked] = ['{"note": null}', '{"note": "asked them"}'];
    expect(await audit(id)).toEqual([
      { ...entry, before: none, after: asked },
      { ...entry, before: asked, after: none },
    ]);
  });

  it('stays when the discrepancy changes and closes', async () => {
    const id = await opened();
    await setNote(id, 'asked them');
    const [node] = (await found({})).filter((one) => one.id === id);
    expect(node?.note).toBe('asked them');
    const sku = `SKU-${made - 1}`;
    await report(sku, [{ delta: -1 }]);
    await report(sku, [{ delta: 9 }]);
    expect((await found({ skus: [sku] }))[0]).toMatchObject({ id, note: 'asked them', observed: -3 });
  });

  it.each([
    ['Discrepancy:DRIFT:01890a5d-ac96-874b-bcce-b302099a8057:42', 'text', 'NOT_FOUND', 'id'],
    ['Item:1', 'text', 'NOT_FOUND', 'id'],
    [null, 'x'.repeat(256), 'INVALID_INPUT', 'note'],
  ])('to %s of such a length is refused', async (given, note, code, field) => {
    const id = given ?? (await opened());
    expect(await setNote(id, note)).toMatchObject({ discrepancy: null, userErrors: [{ code, field: [field] }] });
  });

  it('is refused for what is of another tenant', async () => {
    const id = await opened();
    const { discrepancyNote } = await gateway.data<Record<string, unknown>>(NOTE, { id, note: 'mine' }, 'theirs');
    expect(discrepancyNote).toMatchObject({ discrepancy: null, userErrors: [{ code: 'NOT_FOUND' }] });
    expect((await found({})).find((one) => one.id === id)?.note).toBeNull();
  });
});
