import { itemView, locationView, type InventoryRecordView, type Reads } from '../../../../src/application/ports/reads';
import type { Location } from '../../../../src/domain/catalogue/catalogue';
import { identifierKey } from '../../../../src/domain/catalogue/catalogue-map';
import type { InventoryRecord } from '../../../../src/domain/inventory-record';
import { orderReads } from '../../../support/domain/gateway';
import type { TestLedger } from '../../../support/domain/test-ledger';

/** What the routes of a vendor read. */
export type LedgerReads = Pick<
  Reads,
  | 'itemBySku'
  | 'itemByIdentifier'
  | 'locationByCode'
  | 'locationByCodeOrName'
  | 'ordersByNumber'
  | 'inventoryRecordView'
  | 'inventoryRecordByVendorId'
  | 'inventoryRecords'
>;

/** What a test ledger holds, as the readers of a database give it. Looking for a location fails with `failWith`. */
export function readsOf(ledger: TestLedger, failWith?: Error): LedgerReads {
  const locations = () => [...ledger.locations.values()].map(locationView);
  const items = () => [...ledger.items.values()].map(itemView);
  const locationByCode: LedgerReads['locationByCode'] = (_tenantId, code) =>
    failWith ? Promise.reject(failWith) : Promise.resolve(locations().find((location) => location.code === code));
  return {
    ...orderReads(ledger),
    locationByCode,
    async locationByCodeOrName(tenantId, asked) {
      const named = locations().filter((location) => location.name === asked);
      return (await locationByCode(tenantId, asked)) ?? (named.length === 1 ? named[0] : undefined);
    },
    itemByIdentifier: (_tenantId, scheme, value, specification) => {
      const row = ledger.identifiers.get(identifierKey(scheme, value, specification));
      return Promise.resolve(items().find(({ itemId }) => itemId === row?.itemId));
    },
    itemBySku: (_tenantId, sku, specification) =>
      Promise.resolve(items().find((item) => item.sku === sku && item.specification === specification)),
    ...recordReads(ledger),
  };
}

function recordReads(
  ledger: TestLedger,
): Pick<Reads, 'inventoryRecordView' | 'inventoryRecordByVendorId' | 'inventoryRecords'> {
  const views = (): InventoryRecordView[] =>
    [...ledger.inventoryRecords.values()]
      .sort((a, b) => a.vendorId - b.vendorId)
      .map((record) => ({
        record,
        location: locationView(ledger.locations.get(record.locationId) as Location),
        available: availableOf(ledger, record),
      }));
  return {
    inventoryRecordByVendorId: (_tenantId, vendorId) =>
      Promise.resolve(views().find(({ record }) => record.vendorId === vendorId)),
    inventoryRecordView: (_tenantId, { itemId, locationId }) =>
      Promise.resolve(views().find(({ record }) => record.itemId === itemId && record.locationId === locationId)),
    inventoryRecords: (_tenantId, { offset, limit }) =>
      Promise.resolve({ total: views().length, records: views().slice(offset, offset + limit) }),
  };
}

function availableOf(ledger: TestLedger, { itemId, locationId }: InventoryRecord): number {
  const levels = [...ledger.levels.values()].filter(
    ({ key }) =>
      key.itemId === itemId && key.locationId === locationId && key.bucket === 'AVAILABLE' && key.condition === 'GOOD',
  );
  return levels.reduce((sum, { quantity }) => sum + quantity, 0);
}
