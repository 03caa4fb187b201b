import { STATUS_CODES } from 'node:http';
import type { InventoryRecordView } from '../../application/ports/reads';
import type {
  BackOrderHandling,
  DurationUnit,
  InventoryRecord,
  InventoryStyle,
  StockAvailability,
} from '../../domain/inventory-record';
import { canonicalJson, JsonDecimal, type JsonObject } from '../../json/strict-json';
import { PROBLEM_MEDIA_TYPE } from '../../http/problem';
import type { VendorReply } from '../shared/webhook';
import type { Fault } from './faults';
import { instantText } from './time';
import type { PageRequest } from './page';
import type {
  WireBackOrderHandling,
  WireDispatchTimeUnit,
  WireLeadTimeUnit,
  WireStockAvailability,
  WireStyle,
} from './wire';

export const INVENTORIES_PATH = '/api/v2/inventories';

const CONTENT_TYPE = 'application/json';

const AVAILABILITIES = { IN_STOCK: 'in_stock', OUT_OF_STOCK: 'out_of_stock' } satisfies Record<
  StockAvailability,
  WireStockAvailability
>;
const HANDLINGS = { PRE_ORDERABLE: 'pre_orderable', BACK_ORDERABLE: 'back_orderable' } satisfies Record<
  BackOrderHandling,
  WireBackOrderHandling
>;
const STYLES = { DYNAMIC: 'dynamic', STATIC: 'static', PERPETUAL: 'perpetual' } satisfies Record<
  InventoryStyle,
  WireStyle
>;
const LEAD_UNITS = { MONTH: 'months', WEEK: 'weeks', DAY: 'days', HOUR: 'hours' } satisfies Record<
  DurationUnit,
  WireLeadTimeUnit
>;
/** The format has no weeks and months here, so they are shown in days. A month has 30, as everywhere in the gateway. */
const DISPATCH_UNITS = {
  HOUR: { unit: 'hour', times: 1 },
  DAY: { unit: 'day', times: 1 },
  WEEK: { unit: 'day', times: 7 },
  MONTH: { unit: 'day', times: 30 },
} satisfies Record<DurationUnit, { unit: WireDispatchTimeUnit; times: number }>;

/** 201 with an inventory that was created, or 200 with one that existed. */
export function savedReply(view: InventoryRecordView, created: boolean): VendorReply {
  if (!created) return shownReply(view);
  const location = `${INVENTORIES_PATH}/${view.record.vendorId}`;
  return { status: 201, contentType: CONTENT_TYPE, body: written(inventoryOf(view)), headers: { location } };
}

export function shownReply(view: InventoryRecordView): VendorReply {
  return { status: 200, contentType: CONTENT_TYPE, body: written(inventoryOf(view)) };
}

export function listReply(page: PageRequest, total: number, views: readonly InventoryRecordView[]): VendorReply {
  const body = written({
    page: page.page,
    per_page: page.perPage,
    total_pages: Math.ceil(total / page.perPage),
    total_entries: total,
    entries: views.map(inventoryOf),
  });
  return { status: 200, contentType: CONTENT_TYPE, body };
}

/** 422 that names every fault (RFC 9457, with the extension member `errors`). */
export function faultsReply(faults: readonly Fault[], requestId: string): VendorReply {
  const detail = faults.length === 1 ? 'One value has to be fixed.' : `${faults.length} values have to be fixed.`;
  const title = STATUS_CODES[422];
  const errors = faults.map((fault) => ({ detail: fault.detail, pointer: fault.pointer }));
  const problem = { type: 'about:blank', title, status: 422, detail, errors, requestId };
  return { status: 422, contentType: PROBLEM_MEDIA_TYPE, body: JSON.stringify(problem) };
}

/** The page's response, member for member and in its order. */
function inventoryOf({ record, location, available }: InventoryRecordView): JsonObject {
  return {
    id: record.vendorId,
    qty: available,
    available_qty: record.reportedAvailable,
    stock_availability: record.stockAvailability && AVAILABILITIES[record.stockAvailability],
    out_of_stock_threshold: record.outOfStockThreshold,
    ...dispatchTimeOf(record),
    unit_cost: record.unitCost === null ? null : decimal(record.unitCost),
    style: STYLES[record.style],
    sku: record.sourceSku,
    lead_time: record.leadTime,
    // A time without a unit is in days, here and in availability.
    lead_time_unit: LEAD_UNITS[record.leadTimeUnit ?? 'DAY'],
    stock_arrival_date: instantOrNull(record.stockArrivalDateMs),
    back_order_handling: record.backOrderHandling && HANDLINGS[record.backOrderHandling],
    back_order_allocation: record.backOrderAllocation,
    source_system_stock_timestamp: instantOrNull(record.sourceTimestampMs),
    support_shipping: record.supportShipping,
    inventory_source: { id: location.vendorId, name: location.name ?? location.code },
  };
}

function dispatchTimeOf({ dispatchTime, dispatchTimeUnit }: InventoryRecord): JsonObject {
  const { unit, times } = DISPATCH_UNITS[dispatchTimeUnit ?? 'DAY'];
  return { dispatch_time: dispatchTime === null ? null : dispatchTime * times, dispatch_time_unit: unit };
}

/** A stored decimal as a JSON number, digit for digit. */
function decimal(text: string): JsonDecimal {
  const number = JsonDecimal.of(text);
  if (!number) throw new RangeError('A stored unit cost has to be a JSON number.');
  return number;
}

const instantOrNull = (epochMs: number | null): string | null => (epochMs === null ? null : instantText(epochMs));

const written = (value: JsonObject): string => canonicalJson(value, { sortKeys: false, dropNulls: false });
