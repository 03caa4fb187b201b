import { DEFAULT_TERMS, type InventoryRecord } from '../../../../src/domain/inventory-record';
import { NOON } from '../../../support/domain/test-ledger';
import { AT_NOON, CUP, FakeGateway, MAIN, pageOf, stockOf, TEA } from '../../../support/fake-gateway';

const recordOf = (more: Partial<InventoryRecord> = {}): InventoryRecord => ({
  ...DEFAULT_TERMS,
  ...{ itemId: TEA.itemId, locationId: MAIN.locationId, vendorId: 1, updatedAtMs: NOON },
  ...more,
});

const RESULT = { created: true, countStatus: null, userErrors: [], replayed: false, ledgerSequence: 7 };

it('answers null where there is no record', async () => {
  const gateway = new FakeGateway({ inventoryRecord: () => Promise.resolve(undefined) });
  expect(await gateway.data('{ inventoryRecord(sku: "TEA", location: "MAIN") { id } }')).toEqual({
    inventoryRecord: null,
  });
  expect(gateway.callsOf('inventoryRecord')).toEqual([['TEA', '', 'MAIN']]);
});

it('shows instants as ISO texts, the sku of the source as sku, and terms that are not stated as null', async () => {
  const terms = { sourceSku: 'T-1', stockArrivalDateMs: NOON, sourceTimestampMs: NOON, unitCost: '1.50' };
  const gateway = new FakeGateway({
    inventoryRecord: () => Promise.resolve(recordOf(terms)),
    itemsById: () => Promise.resolve([TEA]),
  });
  const query = `{ inventoryRecord(sku: "TEA", location: "MAIN")
    { sku stockArrivalDate sourceTimestamp unitCost updatedAt leadTime style supportShipping item { sku } } }`;
  expect(await gateway.data(query)).toEqual({
    inventoryRecord: {
      ...{ sku: 'T-1', stockArrivalDate: AT_NOON, sourceTimestamp: AT_NOON, unitCost: '1.50', updatedAt: AT_NOON },
      ...{ leadTime: null, style: 'DYNAMIC', supportShipping: true, item: { sku: 'TEA' } },
    },
  });
});

it('reads the records of a page of stock at once', async () => {
  const gateway = new FakeGateway({
    stock: () => pageOf(stockOf(), stockOf({ item: CUP })),
    inventoryRecordsAt: () => Promise.resolve([recordOf({ itemId: CUP.itemId, dispatchTime: 2 })]),
  });
  expect(await gateway.data('{ stock { nodes { inventory { dispatchTime } } } }')).toEqual({
    stock: { nodes: [{ inventory: null }, { inventory: { dispatchTime: 2 } }] },
  });
  const itemLocations = [TEA, CUP].map(({ itemId }) => ({ itemId, locationId: MAIN.locationId }));
  expect(gateway.callsOf('inventoryRecordsAt')).toEqual([[itemLocations]]);
});

describe('inventoryRecordSave', () => {
  const save = (gateway: FakeGateway, more: string) =>
    gateway.data(`mutation { inventoryRecordSave(input: { idempotencyKey: "k", sku: "TEA", location: "MAIN"${more} })
      { inventoryRecord { style } userErrors { code } } }`);

  it('keeps what is left out, clears what is null, and takes a style of null as left out', async () => {
    const saveInventoryRecord = () => Promise.resolve({ ...RESULT, record: recordOf() });
    const gateway = new FakeGateway({}, { saveInventoryRecord });
    await save(gateway, ', leadTime: null, style: null, stockArrivalDate: "2025-11-22T13:00:00+01:00"');
    const [[, command]] = gateway.callsOf('saveInventoryRecord') as [[unknown, { terms: object }]];
    expect(command.terms).toEqual({ leadTime: null, stockArrivalDateMs: NOON });
    expect(command).toMatchObject({
      ...{ idempotencyKey: 'k', externalId: 'k', item: { by: 'SKU', sku: 'TEA', specification: '' } },
      ...{ location: { by: 'CODE', code: 'MAIN', whenUnknown: 'REFUSE' } },
      ...{ quantity: null, asOfMs: null, staleIsError: true, dryRun: false },
    });
  });

  it('answers a refusal with data', async () => {
    const stale = { code: 'STALE', message: 'A later count was accepted.', field: ['asOf'] } as const;
    const refused = { ...RESULT, created: false, record: null, userErrors: [stale] };
    const gateway = new FakeGateway({}, { saveInventoryRecord: () => Promise.resolve(refused) });
    expect(await save(gateway, ', quantity: 5')).toEqual({
      inventoryRecordSave: { inventoryRecord: null, userErrors: [{ code: 'STALE' }] },
    });
  });
});
