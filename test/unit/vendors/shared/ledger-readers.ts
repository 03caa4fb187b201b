import type {
  InventoryRecordDirectory,
  InventoryRecordView,
} from '../../../../src/application/ports/inventory-records';
import type { ItemReads } from '../../../../src/application/ports/reads';
import type { Item, Location } from '../../../../src/domain/catalogue/catalogue';
import { identifierKey } from '../../../../src/domain/catalogue/catalogue-map';
import type { InventoryRecord } from '../../../../src/domain/inventory-record';
import type { TestLedger } from '../../../support/domain/test-ledger';

/** What a test ledger holds, as the readers of a database give it. */

export function recordDirectory(ledger: TestLedger): InventoryRecordDirectory {
  const views = (): InventoryRecordView[] =>
    [...ledger.inventoryRecords.values()]
      .sort((a, b) => a.vendorId - b.vendorId)
      .map((record) => ({
        record,
        item: ledger.items.get(record.itemId) as Item,
        location: ledger.locations.get(record.locationId) as Location,
        available: availableOf(ledger, record),
      }));
  return {
    byVendorId: (_tenantId, vendorId) => Promise.resolve(views().find(({ record }) => record.vendorId === vendorId)),
    byKey: (_tenantId, itemId, locationId) =>
      Promise.resolve(views().find(({ record }) => record.itemId === itemId && record.locationId === locationId)),
    list: (_tenantId, { offset, limit }) =>
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

export function itemReads(ledger: TestLedger): Pick<ItemReads, 'itemByIdentifier' | 'itemBySku'> {
  return {
    itemByIdentifier: (_tenantId, scheme, value, specification) => {
      const row = ledger.identifiers.get(identifierKey(scheme, value, specification));
      return Promise.resolve(row && ledger.items.get(row.itemId));
    },
    itemBySku: (_tenantId, sku, specification) =>
      Promise.resolve(
        [...ledger.items.values()].find((item) => item.sku === sku && item.specification === specification),
      ),
  };
}
