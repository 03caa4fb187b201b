import type { RowDecoder } from '../../application/commands/replay-message';
import type { LocationReference } from '../../domain/catalogue/catalogue';
import type { Fact } from '../../domain/plans/delivery';
import { lengthPrefixed } from '../../domain/ledger/hashing';
import {
  DEFAULT_DIMENSIONS,
  keepTracked,
  type StockBucket,
  type StockCondition,
  type StockDimensions,
} from '../../domain/ledger/stock-key';
import type { JsonValue } from '../../json/strict-json';
import { sha256Hex } from '../shared/hashes';
import { locationByCode } from '../shared/locations';
import { received, shownValue } from '../shared/received';
import { invalidRow, readRow, replayDecoder, type RowContent } from '../shared/rows';
import { reasonOf } from './reasons';
import { winitSettings, type WinitSettings } from './settings';
import { INVENTORY_UPDATE, type InventoryType, type InventoryUpdate, type MerchandiseGrade } from './wire';

/** Changes when what a fingerprint covers does; rows posted under another version would look changed. */
const FINGERPRINT_VERSION = 'winit.inventory-update.1';

/** Hex digits of the row key's hash in an external id: 128 bits. */
const ROW_HASH_DIGITS = 32;

const BUCKETS = {
  USABLE: 'AVAILABLE',
  INSTOCK: 'REPORTED_ON_HAND',
  OUTFROZEN: 'COMMITTED',
  LOSEFROZEN: 'MISSING',
  ONORDER: 'INCOMING',
  PROHIBITFROZEN: 'BLOCKED',
  MANAULFROZEN: 'ON_HOLD',
} satisfies Record<InventoryType, StockBucket>;

const CONDITIONS = { GOOD: 'GOOD', DEFECTIVE: 'DAMAGED' } satisfies Record<MerchandiseGrade, StockCondition>;

/** Decodes one row of the event. */
export function decodeInventoryUpdate(element: JsonValue, settings: WinitSettings): RowContent {
  const reading = readRow(INVENTORY_UPDATE, element);
  if ('detail' in reading) return invalidRow(reading.detail);
  const { row } = reading;
  const { mainWarehouseCode, mainwarehouseCode } = row;
  const main = mainWarehouseCode ?? mainwarehouseCode;
  if (row.customerCode !== settings.customerCode) {
    return invalidRow(`customerCode is not this connection's${received(row.customerCode)}.`, externalIdOf(row));
  }
  if (row.qty === 0) return invalidRow('qty is 0: nothing is added and nothing taken away.', externalIdOf(row));
  if (main !== (mainwarehouseCode ?? main)) {
    return invalidRow(
      `mainWarehouseCode ${shownValue(main)} and mainwarehouseCode ${shownValue(mainwarehouseCode)} name different warehouses.`,
      externalIdOf(row),
    );
  }
  return { fact: factOf(row, main, settings) };
}

/** Decodes a row that waits in quarantine, by the connection's present settings. */
export const replayInventoryUpdate: RowDecoder = replayDecoder(winitSettings, decodeInventoryUpdate);

function factOf(row: InventoryUpdate, main: string | null, settings: WinitSettings): Fact {
  return {
    externalId: externalIdOf(row),
    eventId: row.uuid,
    fingerprint: fingerprintOf(row, main),
    item: {
      by: 'IDENTIFIER',
      scheme: 'WINIT_MERCHANDISE',
      value: row.merchandiseCode,
      specification: row.specification ?? '',
      alsoKnownAs: [{ scheme: 'WINIT_SERNO', value: row.merchandiseSerno }],
      whenUnknown: settings.whenItemUnknown,
    },
    location: locationOf(row.warehouseCode, main, settings),
    dimensions: dimensionsOf(row, settings),
    delta: row.qty,
    reason: reasonOf(row.docType, row.operationType),
    // Each warehouse reports its own side of a transfer.
    isOneSided: true,
    reference: row.orderNo,
    note: noteOf(row, settings),
    occurredAtMs: row.docDate,
  };
}

function locationOf(code: string, main: string | null, settings: WinitSettings): LocationReference {
  // A main warehouse is not a part of itself.
  return locationByCode(code, settings.whenLocationUnknown, main === code ? null : main);
}

function dimensionsOf(row: InventoryUpdate, { tracked }: WinitSettings): StockDimensions {
  return keepTracked(
    {
      ...DEFAULT_DIMENSIONS,
      channel: row.serviceType,
      condition: CONDITIONS[row.merchandiseGrade],
      bucket: BUCKETS[row.inventoryType],
    },
    tracked,
  );
}

/**
 * The uuid is one event's, not one row's: the rows of the page's own example share it. So the row's identity is all that tells
 * its leg apart from the others; the two legs of a reclassification differ in nothing but grade or service type.
 */
function externalIdOf(row: InventoryUpdate): string {
  const rowKey = lengthPrefixed([
    row.customerCode,
    row.uuid,
    row.inventoryType,
    row.merchandiseCode,
    row.specification ?? '',
    row.merchandiseSerno,
    row.merchandiseGrade,
    row.serviceType,
    row.warehouseCode,
    row.operationType,
  ]);
  return `${row.uuid}/${sha256Hex(rowKey).slice(0, ROW_HASH_DIGITS)}`;
}

/** Over what the vendor said, not how: `"1"` and 1 are the same, and so are null, "" and nothing. Settings play no part. */
function fingerprintOf(row: InventoryUpdate, main: string | null): string {
  return sha256Hex(
    lengthPrefixed([
      FINGERPRINT_VERSION,
      row.customerCode,
      String(row.docDate),
      row.docType,
      row.orderNo ?? '',
      row.merchandiseCode,
      row.specification ?? '',
      row.merchandiseSerno,
      row.originalMerchandiseSerno ?? '',
      row.merchandiseGrade,
      row.warehouseCode,
      main ?? '',
      row.operationType,
      row.serviceType,
      row.inventoryType,
      String(row.qty),
      row.uuid,
    ]),
  );
}

/** The raw values that have no place of their own on a movement: `docType OUTBOUND; operationType CANCEL_ORDER`. */
function noteOf(row: InventoryUpdate, { tracked }: WinitSettings): string {
  const parts = [`docType ${row.docType}`, `operationType ${row.operationType}`];
  if (!tracked.has('channel')) parts.push(`serviceType ${row.serviceType}`);
  if (row.originalMerchandiseSerno !== null) parts.push(`originalMerchandiseSerno ${row.originalMerchandiseSerno}`);
  return parts.join('; ');
}
