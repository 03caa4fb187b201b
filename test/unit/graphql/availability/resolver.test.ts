import { createFindAvailability } from '../../../../src/application/queries/find-availability';
import type { SaleStock } from '../../../../src/application/ports/reads';
import { DEFAULT_TERMS } from '../../../../src/domain/inventory-record';
import { NOON } from '../../../support/domain/test-ledger';
import { FakeGateway, MAIN, SHELF, TEA } from '../../../support/fake-gateway';

const AT_MAIN: SaleStock = {
  ...{
    itemId: TEA.itemId,
    locationId: MAIN.locationId,
    locationCode: 'MAIN',
    available: 5,
    lastCounted: null,
    incoming: 0,
    backOrdered: 0,
  },
  isArchived: false,
  terms: null,
};
const AT_SHELF: SaleStock = {
  ...{
    itemId: TEA.itemId,
    locationId: SHELF.locationId,
    locationCode: 'SHELF',
    available: 9,
    lastCounted: 9,
    incoming: 4,
    backOrdered: 0,
  },
  isArchived: false,
  terms: {
    ...{ ...DEFAULT_TERMS, itemId: TEA.itemId, locationId: SHELF.locationId, vendorId: 1, updatedAtMs: NOON },
    ...{ outOfStockThreshold: 8, backOrderHandling: 'BACK_ORDERABLE', leadTime: 2, style: 'STATIC' },
  },
};

/** The real query over fake reads. */
function gatewayOf(...stocks: SaleStock[]): FakeGateway {
  const saleStocksOf = () => Promise.resolve({ item: TEA, stocks, ledgerSequence: 7 });
  const locationByCode = () => Promise.resolve(undefined);
  const reads = { saleStocksOf, saleStocksAt: () => Promise.resolve(stocks), locationByCode };
  const findAvailability = createFindAvailability({ nowMs: () => NOON });
  const locationsById = () => Promise.resolve([MAIN, SHELF]);
  return new FakeGateway({ ...reads, locationsById }, { findAvailability });
}

it('offers each location with its own terms, and default terms without a record', async () => {
  const gateway = gatewayOf(AT_MAIN, AT_SHELF);
  const query = `{ availability(sku: "TEA", quantity: 8) { sellable canSellNow completeFrom ledgerSequence locations
    { location { code } available sellable takeNow backOrderable expectedFrom takeLater style outOfStockThreshold } } }`;
  const twoDaysLater = '2025-11-24T12:00:00.000Z';
  expect(await gateway.data(query)).toEqual({
    availability: {
      ...{ sellable: 6, canSellNow: false, completeFrom: twoDaysLater, ledgerSequence: 7 },
      locations: [
        {
          ...{ location: { code: 'MAIN' }, available: 5, sellable: 5, takeNow: 5, backOrderable: 0, takeLater: 0 },
          ...{ expectedFrom: null, style: 'DYNAMIC', outOfStockThreshold: null },
        },
        {
          ...{ location: { code: 'SHELF' }, available: 9, sellable: 1, takeNow: 1, backOrderable: 4, takeLater: 2 },
          ...{ expectedFrom: twoDaysLater, style: 'STATIC', outOfStockThreshold: 8 },
        },
      ],
    },
  });
  expect(gateway.callsOf('locationsById')).toHaveLength(1);
});

it('names the codes that no location has', async () => {
  const query = '{ availability(sku: "TEA", quantity: 1, locations: ["MAIN", "ATTIC"]) { sellable } }';
  expect(await gatewayOf(AT_MAIN).error(query)).toEqual(['BAD_USER_INPUT', 'No location has the code "ATTIC".']);
});

it('refuses a quantity below 1 without asking', async () => {
  const gateway = gatewayOf(AT_MAIN);
  const [code] = await gateway.error('{ availability(sku: "TEA", quantity: 0) { sellable } }');
  expect(code).toBe('BAD_USER_INPUT');
  expect(gateway.callsOf('findAvailability')).toEqual([]);
});

it('answers null for an unknown item', async () => {
  const gateway = new FakeGateway({}, { findAvailability: () => Promise.resolve(undefined) });
  expect(await gateway.data('{ availability(sku: "TEA", quantity: 1) { sellable } }')).toEqual({ availability: null });
});
