import { Commands, faultsOf, type Payload } from '../support/commands';
import { GraphqlHarness, type Data } from '../support/graphql';
import { expectIntactLedgers } from '../support/invariants';

jest.setTimeout(30_000);

let gateway: GraphqlHarness;
let commands: Commands;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  commands = new Commands(gateway);
  await commands.catalogue(['TEA', 'SALT', 'RICE', ['SHIRT', 'red']], ['MAIN', 'B']);
  await gateway.data('mutation { itemSave(sku: "RICE", unitsPerPackage: 6) { userErrors { code } } }');
});

afterAll(async () => {
  await expectIntactLedgers(gateway.ledger.pool);
  await gateway.close();
});

interface Order extends Data {
  readonly orderNo: string;
}

interface OrderPayload extends Payload {
  readonly adjustmentOrder: Order | null;
  readonly changes: readonly Data[];
}

const ORDER = `orderNo status type sellerOrderNo productCode turnOutOwner turnInOwner location { code } createdAt
  reversedBy { orderNo } reverses { orderNo }
  lines { out { ...side } in { ...side } } movements { sequence reason adjustmentOrder { orderNo } }`;
const SIDE = `item { sku } packaging barcode quantity standardPartsQuantity owner`;
const FIELDS = `adjustmentOrder { ${ORDER.replaceAll('...side', SIDE)} }
  changes { item { sku } packaging barcode owner delta quantityAfter }`;

const create = (input: Data, by = commands): Promise<OrderPayload> =>
  by.send<OrderPayload>('adjustmentOrderCreate', { location: 'MAIN', ...input }, FIELDS);

async function reverse(orderNo: string, more: Data = {}): Promise<OrderPayload> {
  const query = `mutation ($orderNo: String!, $idempotencyKey: String!, $note: String, $dryRun: Boolean! = false) {
    payload: adjustmentOrderReverse(orderNo: $orderNo, idempotencyKey: $idempotencyKey, note: $note, dryRun: $dryRun) {
      ${FIELDS} userErrors { code message field current requested } replayed ledgerSequence } }`;
  const variables = { orderNo, idempotencyKey: commands.nextKey(), ...more };
  return (await gateway.data<{ payload: OrderPayload }>(query, variables)).payload;
}

/** One side of a line: by default 1 loose unit of TEA without a barcode. */
const side = (more: Data = {}): Data => ({ sku: 'TEA', packaging: 'SINGLE', quantity: 1, ...more });

const unpack = (boxes: number, factor: number, barcode: string, more: Data = {}): Data => ({
  type: 'UNPACK',
  lines: [
    {
      out: side({ packaging: 'BOX', quantity: boxes, barcode, standardPartsQuantity: factor }),
      in: side({ quantity: boxes * factor, barcode }),
    },
  ],
  ...more,
});

const relabel = (from: string, to: string, quantity: number, more: Data = {}): Data => ({
  type: 'BARCODE_CHANGE',
  lines: [{ out: side({ barcode: from, quantity }), in: side({ barcode: to, quantity }) }],
  ...more,
});

const stock = (more: Data): Promise<Payload> => commands.receive({ sku: 'TEA', location: 'MAIN', ...more });

describe('an order', () => {
  it('unpacks boxes into single units by one movement', async () => {
    await stock({ packaging: 'BOX', barcode: 'unpacked', delta: 3 });
    const input = unpack(2, 12, 'unpacked', { sellerOrderNo: 'SO-1', productCode: 'OSF6101', note: 'for the shelf' });
    const payload = await create(input);
    expect(payload).toMatchObject({ userErrors: [], replayed: false });
    expect(payload.adjustmentOrder).toMatchObject({
      ...{ status: 'COMPLETED', type: 'UNPACK', sellerOrderNo: 'SO-1', productCode: 'OSF6101' },
      ...{ turnOutOwner: null, turnInOwner: null, location: { code: 'MAIN' }, reversedBy: null, reverses: null },
      orderNo: expect.stringMatching(/^WT\d{12}$/) as string,
      lines: [
        {
          out: { item: { sku: 'TEA' }, packaging: 'BOX', quantity: 2, standardPartsQuantity: 12, owner: '' },
          in: { item: { sku: 'TEA' }, packaging: 'SINGLE', quantity: 24, barcode: 'unpacked' },
        },
      ],
      movements: [
        {
          sequence: payload.ledgerSequence,
          reason: 'UNPACK',
          adjustmentOrder: { orderNo: payload.adjustmentOrder?.orderNo },
        },
      ],
    });
    expect(payload.changes).toEqual([
      { item: { sku: 'TEA' }, packaging: 'BOX', barcode: 'unpacked', owner: '', delta: -2, quantityAfter: 1 },
      { item: { sku: 'TEA' }, packaging: 'SINGLE', barcode: 'unpacked', owner: '', delta: 24, quantityAfter: 24 },
    ]);
  });

  it('takes the units per package from the item when the line does not say', async () => {
    await commands.receive({ sku: 'RICE', location: 'MAIN', packaging: 'SUITE', delta: 1 });
    const lines = (quantity: number) => [
      { out: side({ sku: 'RICE', packaging: 'SUITE' }), in: side({ sku: 'RICE', quantity }) },
    ];
    expect(faultsOf(await create({ type: 'UNPACK', lines: lines(5) }))).toEqual([
      'QUANTITY_MISMATCH lines.0.in.quantity',
    ]);
    expect(faultsOf(await create({ type: 'UNPACK', lines: lines(6) }))).toEqual([]);
  });

  it('moves units from one owner to another', async () => {
    await stock({ owner: 'east', delta: 5 });
    const input = { type: 'OWNER_TRANSFER', turnOutOwner: 'east', turnInOwner: 'west' };
    const lines = [{ out: side({ quantity: 4 }), in: side({ quantity: 4 }) }];
    const { changes, adjustmentOrder } = await create({ ...input, lines });
    expect(changes).toMatchObject([
      { owner: 'east', delta: -4, quantityAfter: 1 },
      { owner: 'west', delta: 4, quantityAfter: 4 },
    ]);
    expect(adjustmentOrder).toMatchObject({ turnOutOwner: 'east', turnInOwner: 'west' });
  });

  it('relabels units', async () => {
    await stock({ barcode: 'old', delta: 5 });
    const { changes } = await create(relabel('old', 'new', 5));
    expect(changes).toMatchObject([
      { barcode: 'old', delta: -5, quantityAfter: 0 },
      { barcode: 'new', delta: 5, quantityAfter: 5 },
    ]);
  });

  it('keeps stock per organisation when the client tracks it', async () => {
    const organised = new Commands(gateway, 'ours-organised');
    await stock({ owner: 'north', barcode: 'n', delta: 5 });
    const lacking = await create(relabel('n', 'm', 5), organised);
    expect(faultsOf(lacking)).toEqual(['OWNERS_REQUIRED turnOutOwner', 'OWNERS_REQUIRED turnInOwner']);
    const differing = await create(relabel('n', 'm', 5, { turnOutOwner: 'north', turnInOwner: 'south' }), organised);
    expect(faultsOf(differing)).toEqual(['OWNERS_MUST_MATCH turnInOwner']);
    const owners = { turnOutOwner: 'north', turnInOwner: 'north' };
    const { changes } = await create(relabel('n', 'm', 5, owners), organised);
    expect(changes).toMatchObject([{ owner: 'north' }, { owner: 'north' }]);
  });

  it('is refused as a whole when a line takes more than is available, and names the line', async () => {
    await stock({ barcode: 'few', delta: 5 });
    const line = (quantity: number) => ({
      out: side({ barcode: 'few', quantity }),
      in: side({ barcode: 'x', quantity }),
    });
    const payload = await create({ type: 'BARCODE_CHANGE', lines: [line(3), line(3)] });
    expect(payload).toMatchObject({ adjustmentOrder: null, changes: [] });
    expect(payload.userErrors).toMatchObject([
      { code: 'INSUFFICIENT_STOCK', field: ['lines', '1', 'out', 'quantity'], current: 2, requested: 3 },
    ]);
  });

  it('is refused with all its faults in one answer', async () => {
    const payload = await create({
      type: 'OWNER_TRANSFER',
      location: 'NOWHERE',
      turnOutOwner: 'east',
      turnInOwner: 'east',
      lines: [
        { out: side({ sku: 'NO SUCH' }), in: side({ sku: 'NO SUCH', packaging: 'BOX' }) },
        { out: side({ sku: 'SHIRT', quantity: 0 }), in: side({ sku: 'SALT', barcode: 'b', quantity: 2 }) },
      ],
    });
    expect(faultsOf(payload)).toEqual(
      expect.arrayContaining([
        'OWNERS_MUST_DIFFER turnInOwner',
        'LOCATION_NOT_FOUND location',
        'ITEM_NOT_FOUND lines.0.out.sku',
        'PACKAGING_MISMATCH lines.0.in.packaging',
        'INVALID_QUANTITY lines.1.out.quantity',
        'SPECIFICATION_REQUIRED lines.1.out.specification',
        'SKU_MISMATCH lines.1.in.sku',
        'BARCODE_MISMATCH lines.1.in.barcode',
      ]),
    );
  });

  it('answers a dry run with what it would do, and uses neither stock nor a number', async () => {
    await stock({ barcode: 'dry', delta: 5 });
    const dry = await create(relabel('dry', 'wet', 5, { dryRun: true }));
    expect(dry).toMatchObject({ adjustmentOrder: null, userErrors: [] });
    const real = await create(relabel('dry', 'wet', 5));
    expect(real.changes).toEqual(dry.changes);
    const next = await create(relabel('wet', 'dry', 5));
    expect(numberOf(next)).toBe(numberOf(real) + 1);
  });

  it('is executed once, however many identical requests arrive at the same time', async () => {
    await stock({ barcode: 'race', delta: 64 });
    const input = relabel('race', 'won', 1, { sellerOrderNo: 'SO-64' });
    const answers = await Promise.all(Array.from({ length: 64 }, () => create(input)));
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(answers.map(({ replayed, ...answer }) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.changes).toMatchObject([{ quantityAfter: 63 }, { quantityAfter: 1 }]);
  });

  it('repeats the first answer for the same idempotency key', async () => {
    await stock({ barcode: 'again', delta: 5 });
    const idempotencyKey = commands.nextKey();
    const first = await create(relabel('again', 'once', 5, { idempotencyKey }));
    expect(await create(relabel('again', 'once', 5, { idempotencyKey }))).toEqual({ ...first, replayed: true });
  });
});

const numberOf = ({ adjustmentOrder }: OrderPayload): number => Number(adjustmentOrder?.orderNo.slice(2));

describe("a seller's order number", () => {
  it('is used up by success only, and then returns the same order', async () => {
    const input = relabel('numbered', 'renumbered', 5, { sellerOrderNo: 'SO-7' });
    expect(faultsOf(await create(input))).toEqual(['INSUFFICIENT_STOCK lines.0.out.quantity']);
    await stock({ barcode: 'numbered', delta: 5 });
    const first = await create(input);
    expect(first.userErrors).toEqual([]);
    expect(await create(input)).toEqual({ ...first, replayed: true });
    const other = await create(relabel('numbered', 'renumbered', 4, { sellerOrderNo: 'SO-7' }));
    expect(faultsOf(other)).toEqual(['SELLER_ORDER_NO_REUSED sellerOrderNo']);
  });

  it('is scoped to its client, and finds the newest order', async () => {
    await stock({ barcode: 'shared', delta: 5 });
    await stock({ barcode: 'shared', owner: 'o', delta: 5 });
    const input = relabel('shared', 'split', 2, { sellerOrderNo: 'SO-8' });
    const ours = await create(input);
    const organised = new Commands(gateway, 'ours-organised');
    const theirs = await create({ ...input, turnOutOwner: 'o', turnInOwner: 'o' }, organised);
    expect(numberOf(theirs)).toBe(numberOf(ours) + 1);
    const found = await gateway.data('{ adjustmentOrder(sellerOrderNo: "SO-8") { orderNo } }');
    expect(found).toEqual({ adjustmentOrder: { orderNo: theirs.adjustmentOrder?.orderNo } });
  });
});

describe('a reversal', () => {
  it('posts the opposite under an order of its own, and links both', async () => {
    await stock({ packaging: 'BOX', barcode: 'undone', delta: 1 });
    const { adjustmentOrder } = await create(unpack(1, 3, 'undone'));
    const orderNo = adjustmentOrder?.orderNo ?? '';
    const payload = await reverse(orderNo, { note: 'a mistake' });
    expect(payload.changes).toMatchObject([
      { packaging: 'SINGLE', delta: -3, quantityAfter: 0 },
      { packaging: 'BOX', delta: 1, quantityAfter: 1 },
    ]);
    expect(payload.adjustmentOrder).toMatchObject({ orderNo, status: 'REVERSED' });
    const reversal = (payload.adjustmentOrder as unknown as { reversedBy: { orderNo: string } }).reversedBy.orderNo;
    const query = `{ adjustmentOrder(orderNo: "${reversal}") { status reverses { orderNo } reversedBy { orderNo }
      movements { reason note sequence entries { delta } } } }`;
    expect(await gateway.data(query)).toEqual({
      adjustmentOrder: {
        ...{ status: 'COMPLETED', reverses: { orderNo }, reversedBy: null },
        movements: [
          {
            ...{ reason: 'REVERSAL', note: 'a mistake', sequence: payload.ledgerSequence },
            entries: [{ delta: -3 }, { delta: 1 }],
          },
        ],
      },
    });
  });

  it('is possible once', async () => {
    await stock({ barcode: 'turn', delta: 1 });
    const orderNo = (await create(relabel('turn', 'return', 1))).adjustmentOrder?.orderNo ?? '';
    const idempotencyKey = commands.nextKey();
    const answers = await Promise.all([1, 2, 3].map(() => reverse(orderNo, { idempotencyKey })));
    expect(answers.map(({ replayed }) => replayed).sort()).toEqual([false, true, true]);
    const again = await reverse(orderNo);
    expect(faultsOf(again)).toEqual(['ALREADY_REVERSED orderNo']);
    expect(again.adjustmentOrder).toBeNull();
  });

  it('is refused when the units are gone, or the order does not exist', async () => {
    await stock({ barcode: 'gone', delta: 2 });
    const orderNo = (await create(relabel('gone', 'sold', 2))).adjustmentOrder?.orderNo ?? '';
    await commands.send('stockAdjust', {
      reason: 'SHIPMENT',
      rows: [{ sku: 'TEA', location: 'MAIN', barcode: 'sold', delta: -1 }],
    });
    const payload = await reverse(orderNo);
    expect(payload.userErrors).toMatchObject([
      { code: 'INSUFFICIENT_STOCK', field: ['orderNo'], current: 1, requested: 2 },
    ]);
    expect(faultsOf(await reverse('WT999999999999'))).toEqual(['NOT_FOUND orderNo']);
  });

  it('answers a dry run with what it would do', async () => {
    await stock({ barcode: 'try', delta: 2 });
    const orderNo = (await create(relabel('try', 'tried', 2))).adjustmentOrder?.orderNo ?? '';
    const dry = await reverse(orderNo, { dryRun: true });
    expect(dry).toMatchObject({ adjustmentOrder: null, userErrors: [] });
    expect((await reverse(orderNo)).changes).toEqual(dry.changes);
  });
});

describe('reading orders', () => {
  const query = `query ($first: Int, $after: String, $type: AdjustmentOrderType, $status: AdjustmentOrderStatus) {
    adjustmentOrders(first: $first, after: $after, type: $type, status: $status) {
      nodes { id ${ORDER.replaceAll('...side', SIDE)} } pageInfo { hasNextPage endCursor } totalCount } }`;

  interface Orders {
    readonly adjustmentOrders: {
      readonly nodes: readonly { readonly orderNo: string; readonly status: string }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
      readonly totalCount: number;
    };
  }

  it('needs exactly one of the two numbers', async () => {
    for (const args of ['', '(orderNo: "WT000000000001", sellerOrderNo: "SO-1")', '(orderNo: null)']) {
      const { errors } = await gateway.answer(`{ adjustmentOrder${args} { orderNo } }`);
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
    expect(await gateway.data('{ adjustmentOrder(orderNo: "WT1") { orderNo } }')).toEqual({ adjustmentOrder: null });
  });

  it('pages through all orders in the order of their numbers', async () => {
    const all = (await gateway.data<Orders>(query, { first: 100 })).adjustmentOrders;
    const walked: string[] = [];
    let page: Orders['adjustmentOrders'] | undefined;
    while (page?.pageInfo.hasNextPage !== false) {
      const after = page?.pageInfo.endCursor ?? null;
      page = (await gateway.data<Orders>(query, { first: 3, after })).adjustmentOrders;
      walked.push(...page.nodes.map(({ orderNo }) => orderNo));
    }
    expect(walked).toEqual(all.nodes.map(({ orderNo }) => orderNo));
    expect(walked).toEqual(walked.toSorted());
    expect(all.totalCount).toBe(walked.length);
  });

  it('filters orders by type and by status', async () => {
    const reversed = (await gateway.data<Orders>(query, { status: 'REVERSED', type: 'BARCODE_CHANGE' }))
      .adjustmentOrders;
    expect(reversed.nodes.map(({ status }) => status)).toEqual(['REVERSED', 'REVERSED']);
    expect(reversed.totalCount).toBe(2);
  });

  it('reads a page with as many statements as one order', async () => {
    const one = await gateway.statementsOf(query, { first: 1, status: 'REVERSED' });
    expect(await gateway.statementsOf(query, { first: 50, status: 'REVERSED' })).toBe(one);
    expect(await gateway.statementsOf(query, { first: 50 })).toBeLessThanOrEqual(8);
  });

  it('shows the order of a movement, and no orders of another tenant', async () => {
    const movements = '{ movements(last: 3) { nodes { adjustmentOrder { orderNo } } } }';
    expect(await gateway.statementsOf(movements)).toBe(2);
    const theirs = await gateway.data<Orders>(query, {}, 'theirs');
    expect(theirs.adjustmentOrders.nodes).toEqual([]);
    const found = await gateway.data('{ adjustmentOrder(sellerOrderNo: "SO-1") { orderNo } }', {}, 'theirs');
    expect(found).toEqual({ adjustmentOrder: null });
  });
});
