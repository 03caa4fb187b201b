import type { RowDecoder } from '../../application/commands/replay-message';
import type { StockSetInput } from '../../application/commands/set-stock';
import type { ItemReference } from '../../domain/catalogue/catalogue';
import type { Fact } from '../../domain/plans/delivery';
import { lengthPrefixed } from '../../domain/ledger/hashing';
import type { NamedKey } from '../../domain/ledger/posting-reads';
import { dimensionsOf, keepTracked, statedDimensions } from '../../domain/ledger/stock-key';
import type { JsonValue } from '../../json/strict-json';
import { sha256Hex } from '../shared/hashes';
import { locationByCode } from '../shared/locations';
import { idIn, invalidRow, readRow, replayDecoder, type RowContent } from '../shared/rows';
import { untrackedText } from '../shared/untracked';
import { standardSettings, type StandardSettings } from './settings';
import { STOCK_COUNT, STOCK_FACT, type ItemName, type StockFact, type StockKeyRow } from './wire';

/** Changes when what a fingerprint covers does; rows posted under another version would look changed. */
const FINGERPRINT_VERSION = 'standard.fact.1';

/** A row of counts, or what keeps it from being one as sentences. */
export type DecodedCount = { readonly count: StockSetInput['rows'][number] } | { readonly fault: string };

/** Decodes one row of `stock.facts`. */
export function decodeFact(element: JsonValue, settings: StandardSettings): RowContent {
  const reading = readRow(STOCK_FACT, element);
  if ('detail' in reading) return invalidRow(reading.detail, idIn(STOCK_FACT.id, element, 'id'));
  const { row } = reading;
  if (row.delta === 0) return invalidRow('delta is 0: nothing is added and nothing taken away.', row.id);
  const key = keyOf(row, settings);
  return 'fault' in key ? invalidRow(key.fault, row.id) : { fact: factOf(row, key, settings) };
}

/** Decodes a row of facts that waits in quarantine, by the connection's present settings. */
export const replayFact: RowDecoder = replayDecoder(standardSettings, decodeFact);

/** Decodes one row of `stock.counts`. */
export function decodeCount(element: JsonValue, settings: StandardSettings): DecodedCount {
  const reading = readRow(STOCK_COUNT, element);
  if ('detail' in reading) return { fault: reading.detail };
  const { row } = reading;
  const key = keyOf(row, settings);
  if ('fault' in key) return key;
  const { quantity, asOf: asOfMs, sourceSequence } = row;
  const told = { stated: row, tellsApart: statedDimensions(row, settings.tracked) };
  return { count: { key, ...told, quantity, changeFromQuantity: null, asOfMs, sourceSequence } };
}

function keyOf(row: StockKeyRow, settings: StandardSettings): NamedKey | { fault: string } {
  const code = row.location ?? settings.locationCode;
  if (code === null) return { fault: 'location is missing, and the connection is not bound to one.' };
  return {
    item: itemOf(row.item, settings),
    location: locationByCode(code, settings.whenLocationUnknown),
    dimensions: keepTracked(dimensionsOf(row), settings.tracked),
  };
}

/** A sku is our own word for an item, so whoever says it knows the item to be there; an identifier may be the first we hear. */
function itemOf(name: ItemName, { whenItemUnknown }: StandardSettings): ItemReference {
  return name.by === 'SKU' ? name : { ...name, alsoKnownAs: [], whenUnknown: whenItemUnknown };
}

function factOf(row: StockFact, key: NamedKey, { tracked }: StandardSettings): Fact {
  const untracked = untrackedText([dimensionsOf(row)], tracked);
  return {
    ...key,
    externalId: row.id,
    eventId: row.event ?? row.id,
    fingerprint: fingerprintOf(row),
    delta: row.delta,
    reason: row.reason,
    reference: row.reference,
    note: [row.note, untracked].filter((part) => part !== null).join('; ') || null,
    occurredAtMs: row.occurredAt,
  };
}

/** Over what was said, not how: a default said and a default left out are the same. Settings play no part. */
function fingerprintOf(row: StockFact): string {
  const { item } = row;
  const { owner, pool, channel, condition, packaging, barcode, lot, bucket } = dimensionsOf(row);
  return sha256Hex(
    lengthPrefixed([
      FINGERPRINT_VERSION,
      row.id,
      row.event ?? row.id,
      ...(item.by === 'SKU' ? ['', item.sku] : [item.scheme, item.value]),
      item.specification,
      row.location ?? '',
      ...[owner, pool, channel, condition, packaging, barcode, lot, bucket],
      String(row.delta),
      row.reason,
      row.reference ?? '',
      row.note ?? '',
      String(row.occurredAt ?? ''),
    ]),
  );
}
