import type { InventoryRecordInput } from '../../application/commands/save-inventory-record';
import type { IdentifierReference } from '../../domain/catalogue/catalogue';
import type { BackOrderHandling, DurationUnit, InventoryStyle, StockAvailability } from '../../domain/inventory-record';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/strict-json';
import { readMembers } from '../shared/fields';
import { received } from '../shared/received';
import { faultAt, type Fault } from './faults';
import type { ComestriSettings } from './settings';
import {
  INVENTORY,
  type Inventory,
  type WireBackOrderHandling,
  type WireDispatchTimeUnit,
  type WireLeadTimeUnit,
  type WireStockAvailability,
  type WireStyle,
} from './wire';

/** What a request asks for; the source is still a name that has to be looked up. */
export interface InventoryRequest {
  readonly source: string;
  readonly item: IdentifierReference;
  /** The parameter that names the product. */
  readonly product: 'product_id' | 'product_code';
  readonly terms: InventoryRecordInput['terms'];
  readonly quantity: number;
  readonly asOfMs: number | null;
  /** As sent. */
  readonly inventory: JsonObject;
}

/** What could be read of a request with faults: enough to look up the names in it, so that all faults are named at once. */
export type ReadableNames = Partial<Pick<InventoryRequest, 'source' | 'item' | 'product'>> &
  Pick<InventoryRequest, 'inventory'>;

const AVAILABILITIES = { in_stock: 'IN_STOCK', out_of_stock: 'OUT_OF_STOCK' } satisfies Record<
  WireStockAvailability,
  StockAvailability
>;
const DISPATCH_UNITS = { day: 'DAY', hour: 'HOUR' } satisfies Record<WireDispatchTimeUnit, DurationUnit>;
const LEAD_UNITS = { months: 'MONTH', weeks: 'WEEK', days: 'DAY', hours: 'HOUR' } satisfies Record<
  WireLeadTimeUnit,
  DurationUnit
>;
const HANDLINGS = { pre_orderable: 'PRE_ORDERABLE', back_orderable: 'BACK_ORDERABLE' } satisfies Record<
  WireBackOrderHandling,
  BackOrderHandling
>;
const STYLES = { dynamic: 'DYNAMIC', static: 'STATIC', perpetual: 'PERPETUAL' } satisfies Record<
  WireStyle,
  InventoryStyle
>;

/** Decodes a request body, or names everything that is wrong with it. */
export function decodeInventory(
  body: JsonValue,
  settings: ComestriSettings,
): { readonly request: InventoryRequest } | { readonly faults: readonly Fault[]; readonly names: ReadableNames } {
  const inventory = isJsonObject(body) ? body['inventory'] : undefined;
  if (!isJsonObject(inventory)) {
    const detail = `inventory has to be an object${received(inventory)}.`;
    return { faults: [{ detail, pointer: '/inventory' }], names: { inventory: {} } };
  }
  const { values, faults: unreadable } = readMembers(INVENTORY, inventory);
  const faults = unreadable.map(({ name, fault }) => faultAt(name as keyof Inventory, fault, inventory));
  const { product_id, product_code } = values;
  const isNamed = (name: 'product_id' | 'product_code'): boolean => (inventory[name] ?? null) !== null;
  if (isNamed('product_id') && isNamed('product_code')) {
    faults.push(faultAt('product_code', 'must not be given where product_id is', inventory));
  } else if (!isNamed('product_id') && !isNamed('product_code')) {
    faults.push(faultAt('product_id', 'or product_code is required', inventory));
  }
  const item = itemOf(product_id, product_code, settings);
  const { inventory_source: source } = values;
  const names = { inventory, ...(source === undefined ? {} : { source }), ...item };
  if (faults.length > 0 || !item) return { faults, names };
  return { request: { inventory, ...requestOf(values as Inventory, item) } };
}

function itemOf(
  productId: number | null | undefined,
  productCode: string | null | undefined,
  { whenItemUnknown: whenUnknown }: ComestriSettings,
): Pick<InventoryRequest, 'item' | 'product'> | undefined {
  const named = { by: 'IDENTIFIER', specification: '', alsoKnownAs: [], whenUnknown } as const;
  if (productId != null && productCode == null) {
    return { product: 'product_id', item: { ...named, scheme: 'PRODUCT_ID', value: String(productId) } };
  }
  if (productCode != null && productId == null) {
    return { product: 'product_code', item: { ...named, scheme: 'PRODUCT_CODE', value: productCode } };
  }
  return undefined;
}

function requestOf(
  inventory: Inventory,
  item: Pick<InventoryRequest, 'item' | 'product'>,
): Omit<InventoryRequest, 'inventory'> {
  const timestampMs = inventory.source_system_stock_timestamp;
  return {
    source: inventory.inventory_source,
    ...item,
    quantity: inventory.qty,
    asOfMs: timestampMs ?? null,
    terms: {
      sourceSku: inventory.sku,
      stockAvailability: ours(AVAILABILITIES, inventory.stock_availability),
      outOfStockThreshold: inventory.out_of_stock_threshold,
      dispatchTime: inventory.dispatch_time,
      dispatchTimeUnit: ours(DISPATCH_UNITS, inventory.dispatch_time_unit),
      leadTime: inventory.lead_time,
      leadTimeUnit: ours(LEAD_UNITS, inventory.lead_time_unit),
      stockArrivalDateMs: inventory.stock_arrival_date,
      backOrderHandling: ours(HANDLINGS, inventory.back_order_handling),
      backOrderAllocation: inventory.back_order_allocation,
      reportedAvailable: inventory.available_qty,
      sourceTimestampMs: timestampMs,
      unitCost: inventory.unit_cost,
      // A record always has a style: null says nothing about it.
      style: ours(STYLES, inventory.style) ?? undefined,
    },
  };
}

/** Our word for theirs; null and undefined as they are. */
function ours<Theirs extends string, Ours>(
  words: Readonly<Record<Theirs, Ours>>,
  word: Theirs | null | undefined,
): Ours | null | undefined {
  return word == null ? word : words[word];
}
