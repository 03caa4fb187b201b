import type { AdjustmentOrder } from '../../../../src/domain/adjustment-order';
import { DEFAULT_DIMENSIONS } from '../../../../src/domain/ledger/stock-key';
import { idOf, NOON } from '../../../support/domain/test-ledger';
import { AT_NOON, FakeGateway, FIRST_PAGE, MAIN, movementOf, pageOf, TEA } from '../../../support/fake-gateway';

const orderOf = (more: Partial<AdjustmentOrder> = {}): AdjustmentOrder => ({
  ...{ orderNo: 'WT1', type: 'UNPACK', status: 'COMPLETED', originId: idOf(1), sellerOrderNo: null, productCode: null },
  ...{ locationId: MAIN.locationId, turnOutOwner: null, turnInOwner: null, lines: [], sequence: 3, createdAtMs: NOON },
  ...{ reverses: null, reversedBy: null, ...more },
});

const KEY = { ...DEFAULT_DIMENSIONS, itemId: TEA.itemId, locationId: MAIN.locationId };
const RESULT = { orderNo: 'WT1', changes: [], userErrors: [], replayed: false, ledgerSequence: 7 };

it.each(['', '(orderNo: "WT1", sellerOrderNo: "S1")'])('refuses adjustmentOrder%s without reading', async (args) => {
  const gateway = new FakeGateway({ ordersByNumber: () => Promise.resolve([]) });
  expect(await gateway.error(`{ adjustmentOrder${args} { id } }`)).toEqual([
    'BAD_USER_INPUT',
    'adjustmentOrder takes exactly one of orderNo and sellerOrderNo.',
  ]);
  expect(gateway.callsOf('ordersByNumber')).toEqual([]);
});

it('answers null for an unknown number of either kind', async () => {
  const gateway = new FakeGateway({
    ordersByNumber: () => Promise.resolve([]),
    orderBySellerOrderNo: () => Promise.resolve(undefined),
  });
  const query = '{ ours: adjustmentOrder(orderNo: "WT1") { id } theirs: adjustmentOrder(sellerOrderNo: "S1") { id } }';
  expect(await gateway.data(query)).toEqual({ ours: null, theirs: null });
  expect(gateway.callsOf('orderBySellerOrderNo')).toEqual([['S1']]);
});

it('reads the reversals and movements of all orders of a page at once', async () => {
  const gateway = new FakeGateway({
    adjustmentOrders: () => pageOf(orderOf({ reversedBy: 'WT2' }), orderOf({ orderNo: 'WT2', reverses: 'WT1' })),
    ordersByNumber: () => Promise.resolve([orderOf(), orderOf({ orderNo: 'WT2', createdAtMs: NOON + 1 })]),
    movementsBySequence: () => Promise.resolve([movementOf(3)]),
  });
  const query = `{ adjustmentOrders(status: REVERSED)
    { nodes { createdAt reversedBy { orderNo } reverses { orderNo } movements { sequence } } } }`;
  const movements = [{ sequence: 3 }];
  expect(await gateway.data(query)).toEqual({
    adjustmentOrders: {
      nodes: [
        { createdAt: AT_NOON, reversedBy: { orderNo: 'WT2' }, reverses: null, movements },
        { createdAt: AT_NOON, reversedBy: null, reverses: { orderNo: 'WT1' }, movements },
      ],
    },
  });
  expect(gateway.callsOf('adjustmentOrders')).toEqual([[{ type: null, status: 'REVERSED', page: FIRST_PAGE }]]);
  expect(gateway.callsOf('ordersByNumber')).toEqual([[['WT2', 'WT1']]]);
  expect(gateway.callsOf('movementsBySequence')).toEqual([[[3]]]);
});

describe('a command about orders', () => {
  const reverse = `mutation { adjustmentOrderReverse(orderNo: "WT1", idempotencyKey: "k")
    { adjustmentOrder { status } changes { delta item { sku } } userErrors { code current } } }`;
  const gatewayOf = (result: typeof RESULT | object) => {
    const answer = () => Promise.resolve({ ...RESULT, ...result });
    const reads = {
      ordersByNumber: () => Promise.resolve([orderOf({ status: 'REVERSED' })]),
      itemsById: () => Promise.resolve([TEA]),
    };
    return new FakeGateway(reads, { adjustmentOrders: { create: answer, reverse: answer } });
  };

  it('shows the order as it is afterwards, and the changes with their items', async () => {
    const gateway = gatewayOf({ changes: [{ key: KEY, levelId: idOf(9), delta: -2, quantityAfter: 3 }] });
    expect(await gateway.data(reverse)).toEqual({
      adjustmentOrderReverse: {
        adjustmentOrder: { status: 'REVERSED' },
        ...{ changes: [{ delta: -2, item: { sku: 'TEA' } }], userErrors: [] },
      },
    });
    const command = { orderNo: 'WT1', idempotencyKey: 'k', note: null, dryRun: false };
    expect(gateway.callsOf('reverse')).toEqual([[expect.anything(), command]]);
  });

  it('answers a refusal with data and reads no order', async () => {
    const error = { code: 'INSUFFICIENT_STOCK', message: 'Too few.', field: ['lines', '0'], current: 1, requested: 2 };
    const gateway = gatewayOf({ orderNo: null, userErrors: [error] });
    expect(await gateway.data(reverse)).toEqual({
      adjustmentOrderReverse: {
        ...{ adjustmentOrder: null, changes: [], userErrors: [{ code: 'INSUFFICIENT_STOCK', current: 1 }] },
      },
    });
    expect(gateway.callsOf('ordersByNumber')).toEqual([]);
  });
});
