import type { RowDecoder } from '../../application/commands/replay-message';
import type { Fact } from '../../domain/plans/delivery';
import { lengthPrefixed } from '../../domain/ledger/hashing';
import type { MovementReason } from '../../domain/ledger/movement';
import { DEFAULT_DIMENSIONS, keepTracked, type StockCondition } from '../../domain/ledger/stock-key';
import { shortened } from '../../domain/text';
import type { JsonValue } from '../../json/strict-json';
import { sha256Hex } from '../shared/hashes';
import { idIn, invalidRow, readRow, replayDecoder, type RowContent } from '../shared/rows';
import { jerrySettings, type JerrySettings } from './settings';
import { FLAGS, STOCK_CHANGE, type ChangeType, type Flag, type ItemProperties, type StockChange } from './wire';

/** Changes when what a fingerprint covers does; rows posted under another version would look changed. */
const FINGERPRINT_VERSION = 'jerry.stock-change.1';

/** How much of the comment a movement's note holds, in characters; the message has it whole. */
const MAX_REASON_IN_NOTE = 255;

const SIGNS = { '1': -1, '2': 1 } satisfies Record<Flag, 1 | -1>;

const OUT: readonly Flag[] = ['1'];
const IN: readonly Flag[] = ['2'];

/** What a change of each type means, and the flags that do not contradict it. */
const MEANINGS = {
  '101': { reason: 'SHIPMENT', flags: OUT },
  '102': { reason: 'ADJUSTMENT', flags: OUT },
  '200': { reason: 'RECEIPT', flags: IN },
  // "Outbound cancellation" in one of the page's tables, "Inbound" in the other.
  '201': { reason: 'RECEIPT_OR_CANCELLATION', flags: IN },
  '202': { reason: 'ADJUSTMENT', flags: IN },
  '0': { reason: 'UNKNOWN', flags: FLAGS },
} satisfies Record<ChangeType, { reason: MovementReason; flags: readonly Flag[] }>;

const CONDITIONS = { good: 'GOOD', damaged: 'DAMAGED' } satisfies Record<ItemProperties, StockCondition>;

/** Decodes one element of `goods`. */
export function decodeStockChange(element: JsonValue, settings: JerrySettings): RowContent {
  const reading = readRow(STOCK_CHANGE, element);
  if ('detail' in reading) {
    return invalidRow(reading.detail, idIn(STOCK_CHANGE.stockChangeId, element, 'stockChangeId'));
  }
  const { row } = reading;
  const { flags } = MEANINGS[row.changeType];
  if (!flags.includes(row.flag)) {
    return invalidRow(
      `flag ${row.flag} contradicts changeType ${row.changeType}; which of them is wrong is not known.`,
      String(row.stockChangeId),
    );
  }
  return { fact: factOf(row, settings) };
}

/** Decodes a row that waits in quarantine, by the connection's present settings. */
export const replayStockChange: RowDecoder = replayDecoder(jerrySettings, decodeStockChange);

function factOf(row: StockChange, settings: JerrySettings): Fact {
  const externalId = String(row.stockChangeId);
  return {
    externalId,
    eventId: externalId,
    fingerprint: fingerprintOf(row),
    item: {
      by: 'IDENTIFIER',
      scheme: 'UPC',
      value: row.upc,
      specification: '',
      alsoKnownAs: [],
      whenUnknown: settings.whenItemUnknown,
    },
    location: { by: 'CODE', code: settings.locationCode, whenUnknown: 'CREATE', parentCode: null },
    dimensions: keepTracked(
      { ...DEFAULT_DIMENSIONS, condition: conditionOf(row), lot: row.lotNumber ?? '' },
      settings.tracked,
    ),
    delta: SIGNS[row.flag] * row.qty,
    reason: MEANINGS[row.changeType].reason,
    reference: row.businessNo,
    note: noteOf(row, settings.tracked),
    occurredAtMs: row.time,
  };
}

function conditionOf(row: StockChange): StockCondition {
  return row.itemProperties === null ? 'GOOD' : CONDITIONS[row.itemProperties];
}

/** Over what the vendor said, not how: `"2"` and 2 are the same, and so are null, "" and nothing. Settings play no part. */
function fingerprintOf(row: StockChange): string {
  return sha256Hex(
    lengthPrefixed([
      FINGERPRINT_VERSION,
      String(row.stockChangeId),
      String(row.time),
      row.upc,
      String(row.qty),
      row.flag,
      row.changeType,
      row.businessNo ?? '',
      row.reason ?? '',
      row.lotNumber ?? '',
      row.seq ?? '',
      conditionOf(row),
    ]),
  );
}

/** The raw values that have no place of their own on a movement: `changeType 101: out reason; lot batch123456`. */
function noteOf(row: StockChange, tracked: JerrySettings['tracked']): string {
  const parts = [
    `changeType ${row.changeType}${row.reason === null ? '' : `: ${shortened(row.reason, MAX_REASON_IN_NOTE)}`}`,
  ];
  if (row.lotNumber !== null && !tracked.has('lot')) parts.push(`lot ${row.lotNumber}`);
  if (row.seq !== null) parts.push(`seq ${row.seq}`);
  return parts.join('; ');
}
