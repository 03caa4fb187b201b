import type { StockAdjustResult } from '../../../../src/domain/plans/stock-adjust';
import { DEFAULT_DIMENSIONS } from '../../../../src/domain/ledger/stock-key';
import { idOf } from '../../../support/domain/test-ledger';
import { CUP, FakeGateway, MAIN, movementOf, PRINCIPAL, TEA } from '../../../support/fake-gateway';

const change = (itemId: string, delta: number) => ({
  ...{ key: { ...DEFAULT_DIMENSIONS, itemId, locationId: MAIN.locationId }, levelId: idOf(9), delta, quantityAfter: 5 },
});

const RESULT: StockAdjustResult = {
  ...{ movementSequence: 4, changes: [change(TEA.itemId, 2), change(CUP.itemId, -2)], userErrors: [], replayed: false },
  ledgerSequence: 4,
};

const MUTATION = `mutation { stockAdjust(input: { idempotencyKey: "k", reason: ADJUSTMENT,
    rows: [{ sku: "TEA", location: "MAIN", delta: 2 }] })
  { movement { sequence } changes { delta bucket item { sku } location { code } } userErrors { code requested } } }`;

function gatewayOf(result: StockAdjustResult): FakeGateway {
  return new FakeGateway(
    {
      itemsById: () => Promise.resolve([TEA, CUP]),
      locationsById: () => Promise.resolve([MAIN]),
      movementsBySequence: () => Promise.resolve([movementOf(4)]),
    },
    { adjustStock: () => Promise.resolve(result) },
  );
}

it('shows the movement and the changes, whose items and locations are read at once', async () => {
  const gateway = gatewayOf(RESULT);
  const shown = { bucket: 'AVAILABLE', location: { code: 'MAIN' } };
  expect(await gateway.data(MUTATION)).toEqual({
    stockAdjust: {
      movement: { sequence: 4 },
      changes: [
        { ...shown, delta: 2, item: { sku: 'TEA' } },
        { ...shown, delta: -2, item: { sku: 'CUP' } },
      ],
      userErrors: [],
    },
  });
  expect(gateway.callsOf('itemsById')).toEqual([[[TEA.itemId, CUP.itemId]]]);
  expect(gateway.callsOf('locationsById')).toEqual([[[MAIN.locationId]]]);
  expect(gateway.callsOf('adjustStock')).toMatchObject([
    [PRINCIPAL, { idempotencyKey: 'k', reason: 'ADJUSTMENT', rows: [{ delta: 2 }], dryRun: false }],
  ]);
});

it('answers a refusal with data and reads nothing', async () => {
  const error = { code: 'INSUFFICIENT_STOCK', message: 'Too few.', field: ['rows', '0'], requested: 9 } as const;
  const gateway = gatewayOf({ ...RESULT, movementSequence: null, changes: [], userErrors: [error] });
  expect(await gateway.data(MUTATION)).toEqual({
    stockAdjust: { movement: null, changes: [], userErrors: [{ code: 'INSUFFICIENT_STOCK', requested: 9 }] },
  });
  expect(gateway.callsOf('movementsBySequence')).toEqual([]);
});
