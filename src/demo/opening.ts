import { commandFingerprint } from '../application/commands/fingerprint';
import {
  itemSaveReads,
  locationSaveReads,
  planItemSave,
  planLocationSave,
  type ItemSave,
  type LocationSave,
} from '../domain/plans/catalogue-save';
import { idempotencyId } from '../domain/plans/command';
import type { UserError } from '../domain/errors';
import type { Posting } from '../domain/ledger/posting';
import { planStockAdjust, stockAdjustReads, type StockAdjust, type StockAdjustRow } from '../domain/plans/stock-adjust';
import { DEFAULT_DIMENSIONS, type StockDimensions } from '../domain/ledger/stock-key';

/** The idempotency key of the opening stock. It is posted once per tenant; a changed opening needs a new key. */
const OPENING_KEY = 'demo-opening-1';

/** Parents come first. */
const LOCATIONS: readonly LocationSave[] = [
  { code: 'JERRY-1', name: 'Jerry, Sydney' },
  { code: 'US0001', name: 'Winit, US main warehouse' },
  { code: 'USWC2', name: 'Winit, US west coast 2', parent: 'US0001' },
  { code: 'wd003', name: 'Increff, warehouse 3' },
  { code: '1000901', name: 'Increff, fulfilment location 1000901' },
  { code: 'MOTUL', name: 'MOTUL' },
  { code: 'SHOP-1', name: 'Shop in the old town' },
];

const ITEMS: readonly ItemSave[] = [
  item('99999992222', 'Duck, yellow', { UPC: '99999992222' }),
  item('888888888888', 'Duck, striped', { UPC: '888888888888' }),
  item('216401', 'Desk lamp', { WINIT_MERCHANDISE: '216401', WINIT_SERNO: 'M010000000000498047' }),
  item('216402', 'Desk lamp, dimmable', { WINIT_MERCHANDISE: '216402', WINIT_SERNO: 'M010000000000498048' }),
  { ...item('liaowl1002', 'Cups, box of ten', { WINIT_MERCHANDISE: 'liaowl1002' }), unitsPerPackage: 10 },
  item('liaowl1003', 'Cup', { WINIT_MERCHANDISE: 'liaowl1003' }),
  item('ITEM302', 'Rain jacket', { CHANNEL_SKU: 'ITEM302' }),
  item('SKU1', 'Scarf', { CLIENT_SKU: 'SKU1' }),
  item('OIL-5W30-1L', 'Motor oil 5W-30, 1 l', { PRODUCT_ID: '1', PRODUCT_CODE: 'OIL-5W30-1L' }),
  { ...item('TEE', 'T-shirt, blue', {}), specification: 'M' },
];

function item(sku: string, name: string, identifiers: Readonly<Record<string, string>>): ItemSave {
  const named = Object.entries(identifiers).map(([scheme, value]) => ({ scheme, value }));
  return { sku, specification: '', name, identifiers: named };
}

/** Enough for the vendors' examples to succeed many times. */
const STOCK: readonly StockAdjustRow[] = [
  opening('99999992222', 'JERRY-1', 500, { lot: 'batch123456' }),
  opening('99999992222', 'JERRY-1', 80),
  opening('888888888888', 'JERRY-1', 200),
  opening('216401', 'USWC2', 300, { channel: '2C' }),
  opening('216401', 'USWC2', 1000, { channel: '2C', bucket: 'COMMITTED' }),
  opening('216402', 'USWC2', 120, { channel: '2C' }),
  // Winit's own total, so that it can be compared with ours.
  opening('216402', 'USWC2', 120, { channel: '2C', bucket: 'REPORTED_ON_HAND' }),
  opening('liaowl1002', 'US0001', 1000, { packaging: 'BOX', barcode: 'T00001' }),
  opening('liaowl1002', 'US0001', 1000, { packaging: 'BOX', barcode: 'T00001', owner: 'nj' }),
  opening('liaowl1003', 'US0001', 100, { barcode: 'T00001' }),
  opening('ITEM302', 'wd003', 25),
  opening('SKU1', '1000901', 7),
  opening('OIL-5W30-1L', 'MOTUL', 3),
  opening('TEE', 'SHOP-1', 40, {}, 'M'),
];

function opening(
  sku: string,
  location: string,
  delta: number,
  dimensions: Partial<StockDimensions> = {},
  specification = '',
): StockAdjustRow {
  return {
    key: {
      item: { by: 'SKU', sku, specification },
      location: { by: 'CODE', code: location, whenUnknown: 'REFUSE' },
      dimensions: { ...DEFAULT_DIMENSIONS, ...dimensions },
    },
    delta,
  };
}

/**
 * Creates the items and locations of the demo and posts its opening stock in one transaction. Does nothing if that was done
 * before, even if they have changed since. The result lists what was refused.
 */
export function openingPosting(tenantId: string, clientId: string): Posting<readonly UserError[]> {
  const stock = openingStock();
  return {
    tenantId,
    origin: { kind: 'API_CLIENT', id: clientId },
    reads: {
      ...stockAdjustReads(stock),
      items: ITEMS.flatMap((command) => itemSaveReads(command).items ?? []),
      identifiers: ITEMS.flatMap(({ identifiers }) => identifiers),
      locations: LOCATIONS.flatMap((command) => locationSaveReads(command).locations ?? []),
    },
    plan: (work) => {
      if (work.outcome(idempotencyId(OPENING_KEY))) return { keep: false, remember: [], result: [] };
      const refused = [
        ...LOCATIONS.flatMap((command) => planLocationSave(work, command).result.userErrors),
        ...ITEMS.flatMap((command) => planItemSave(work, command).result.userErrors),
      ];
      if (refused.length > 0) return { keep: false, remember: [], result: refused };
      const planned = planStockAdjust(work, stock);
      return { ...planned, result: planned.result.userErrors };
    },
  };
}

function openingStock(): StockAdjust {
  const input = {
    idempotencyKey: OPENING_KEY,
    reason: 'OPENING' as const,
    rows: STOCK,
    reference: 'demo',
    note: 'What the demo tenant starts with',
    occurredAtMs: null,
    dryRun: false,
  };
  return { ...input, fingerprint: commandFingerprint('stockAdjust', input) };
}
