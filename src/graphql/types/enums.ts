import type { ScopeName } from './scopes';
import type { QuarantineState, StockOrder } from '../../application/ports/reads';
import { registerEnumType } from 'type-graphql';
import type { AdjustmentOrderStatus, AdjustmentOrderType } from '../../domain/adjustment-order';
import type { InboundMessageStatus } from '../../domain/ledger/inbound-message';
import type { DiscrepancyKind, LookalikeKind } from '../../application/ports/reads';
import { USER_ERROR_CODES, type UserErrorCode } from '../../domain/errors';
import type { BackOrderHandling, DurationUnit, InventoryStyle, StockAvailability } from '../../domain/inventory-record';
import type { ReservationCommit, ReservationCreate, ReservationStatus } from '../../domain/reservation';
import type { MovementReason } from '../../domain/ledger/movement';
import type { Packaging, StockBucket, StockCondition } from '../../domain/ledger/stock-key';
import type { RowErrorPolicy, StockSetStatus } from '../../domain/plans/stock-set';

/** Registers an enum type. The compiler checks that every value has a description. */
function describedEnum<Value extends string>(
  name: string,
  description: string,
  descriptions: Readonly<Record<Value, string>>,
): Readonly<Record<Value, Value>> {
  const values = Object.keys(descriptions) as Value[];
  const type = Object.fromEntries(values.map((value) => [value, value])) as Record<Value, Value>;
  const valuesConfig = Object.fromEntries(values.map((value) => [value, { description: descriptions[value] }]));
  registerEnumType<Record<string, string>>(type, { name, description, valuesConfig });
  return type;
}

export const StockBucketEnum = describedEnum<StockBucket>(
  'StockBucket',
  'The state that units are in. It is part of the stock key, so each state has its own quantity.',
  {
    AVAILABLE: 'Free to be sold. Counts as on hand.',
    RESERVED: 'Held by the gateway for someone, so not free to be sold. Counts as on hand.',
    COMMITTED: 'Allocated to outbound orders. Counts as on hand.',
    MISSING: 'Lost, and being searched for. Counts as on hand until the search is given up.',
    BLOCKED: 'Must not be shipped. Counts as on hand.',
    ON_HOLD: 'Frozen for a reason other than BLOCKED or MISSING. Counts as on hand.',
    INCOMING: 'On its way to the location. Does not count as on hand yet.',
    REPORTED_ON_HAND:
      "The on-hand total that the warehouse itself reports. It is a control figure, compared with the gateway's own sum and never added to it.",
  },
);

export const StockConditionEnum = describedEnum<StockCondition>(
  'StockCondition',
  'The condition that units are in. It is part of the stock key.',
  {
    GOOD: 'Can be sold as new.',
    DAMAGED: 'Cannot be sold as new. Never counted as sellable.',
  },
);

export const PackagingEnum = describedEnum<Packaging>(
  'Packaging',
  'How units are packed. It is part of the stock key. A quantity counts packages of this kind, not the single units inside.',
  {
    SINGLE: 'Loose, one by one.',
    BOX: 'In a box that holds several units of the same item.',
    SUITE: 'In a set that is sold as one.',
  },
);

export const DiscrepancyKindEnum = describedEnum<DiscrepancyKind>(
  'DiscrepancyKind',
  'What does not fit together in the facts of a level.',
  {
    NEGATIVE_LEVEL:
      'More units were reported out of the level than in. Closes when the level is at zero or above again.',
    DRIFT:
      "The warehouse's own total of an item at a location is not what its stock adds up to. `level` is the total. It is judged after each whole movement, once the total has a baseline. Closes when both are equal again.",
    CONFLICTING_COUNT:
      'A count was refused, as an accepted one of the same moment says another quantity. Its `entries` are those of the accepted count. Closes with the next count that is accepted. A call that was refused as a whole leaves no trace here.',
    UNMATCHED_ECHO:
      'A warehouse has reported under the number of an adjustment order what the order has moved here already, so that it counts twice. Closes when later messages or a reversal of the order make up for it, or with a count as of a moment after the last such message.',
    NEGATIVE_IN_THE_PAST:
      'Facts that were dated back took away more than was there, so that the level was below zero at a moment since. Closes when later facts say otherwise, or when the level is counted as of a moment after it.',
  },
);

export const ApiKeyScopeEnum = describedEnum<ScopeName>('ApiKeyScope', 'What an API key allows.', {
  STOCK_READ: 'To read items, locations, stock and the ledger.',
  STOCK_WRITE: 'To change stock, items and locations, and to replay messages.',
  ORDERS_WRITE: 'To place and reverse adjustment orders.',
  INVENTORY_READ: 'To read inventory records, with unit costs.',
  INVENTORY_WRITE: 'To save inventory records.',
  MESSAGES_READ: 'To read messages, with their bodies and rows.',
  ADMIN: 'To administer API keys, connections and trusted documents, and to read the audit.',
  SELLABLE_READ:
    'To ask what can be sold, and nothing else. A key with this scope is publishable: it may stand in a web page, and is bound to origins.',
});

export const MovementReasonEnum = describedEnum<MovementReason>('MovementReason', 'Why stock moved.', {
  OPENING: 'The stock that a ledger starts with. It gives each level a baseline.',
  RECEIPT: 'Goods arrived.',
  RECEIPT_OR_CANCELLATION: 'Goods arrived, or an order was cancelled. The source does not say which.',
  RETURN: 'A customer sent goods back.',
  SHIPMENT: 'Goods left the location.',
  ALLOCATION: 'Units were allocated to an order.',
  DEALLOCATION: 'Units allocated to an order were freed again.',
  TRANSFER: 'Units moved between locations or pools.',
  HOLD: 'Units were frozen.',
  RELEASE: 'Frozen units were freed again.',
  ADJUSTMENT: 'Someone corrected the quantity.',
  COUNT: 'The quantity was set to what was counted. Set by the gateway, never by clients.',
  UNPACK: 'Packages were opened into single units. Set by the gateway, never by clients.',
  OWNER_TRANSFER: 'Units changed their owner. Set by the gateway, never by clients.',
  BARCODE_CHANGE: 'Units got another barcode. Set by the gateway, never by clients.',
  LOSS: 'Units were lost or destroyed.',
  GAIN: 'Units were found.',
  MERGE: 'An item was merged into another one. Set by the gateway, never by clients.',
  REVERSAL: 'An adjustment order was reversed. Set by the gateway, never by clients.',
  UNKNOWN: 'The source stated a reason that the gateway cannot translate.',
});

export const InboundMessageStatusEnum = describedEnum<InboundMessageStatus>(
  'InboundMessageStatus',
  'The result of a delivery. It changes when rows in quarantine are replayed.',
  {
    APPLIED: 'Every row is in the ledger.',
    PARTLY_QUARANTINED: 'Some rows have been applied. Others wait in quarantine.',
    QUARANTINED: 'Every row waits in quarantine.',
    PARTLY_REJECTED: 'Some rows have been applied. Others were refused, and the sender was told.',
    REJECTED: 'Every row was refused, and the sender was told.',
    DUPLICATE: 'Every row was received before, so nothing changed.',
    CLOSED: 'No row waits any more. At least one was dismissed, or sent again by another message: see `quarantined`.',
  },
);

export const QuarantineStateEnum = describedEnum<QuarantineState>(
  'QuarantineState',
  'Whether a row in quarantine waits, or how it came to wait no longer.',
  {
    OPEN: 'It waits.',
    APPLIED: 'It was applied.',
    SUPERSEDED: 'It was sent again: the same id was applied from another message, or the same row waits already.',
    DISMISSED: 'It was closed without being applied. The reason is its `note`.',
  },
);

export const StockOrderEnum = describedEnum<StockOrder>('StockOrder', 'What a list of stock is ordered by.', {
  SKU: 'By sku, specification and location.',
  SELLABLE_ASC: 'By `sellable`, least first, and then by sku, specification and location.',
  SELLABLE_DESC: 'By `sellable`, most first, and then by sku, specification and location.',
});

export const UserErrorCodeEnum = describedEnum<UserErrorCode>(
  'UserErrorCode',
  'Why a mutation refused its input. Codes appear in `userErrors` of the payload, never in the top-level `errors` of the response.',
  USER_ERROR_CODES,
);

export const AdjustmentOrderTypeEnum = describedEnum<AdjustmentOrderType>(
  'AdjustmentOrderType',
  'What an adjustment order converts.',
  {
    UNPACK: 'Opens boxes or suites into single units. All lines take out the same packaging.',
    OWNER_TRANSFER:
      'Gives units from one inventory organisation to another. Item, packaging, barcode and quantity stay the same.',
    BARCODE_CHANGE: 'Changes the barcode of units. Item, packaging and quantity stay the same.',
  },
);

export const AdjustmentOrderStatusEnum = describedEnum<AdjustmentOrderStatus>(
  'AdjustmentOrderStatus',
  'The state of an adjustment order. COMPLETED can become REVERSED, and REVERSED is final.',
  {
    COMPLETED: "The order's movement is in the ledger.",
    REVERSED: 'Another order has reversed it, see `reversedBy`.',
  },
);

export const ReservationStatusEnum = describedEnum<ReservationStatus>(
  'ReservationStatus',
  'What has become of a reservation. FULFILLED and RELEASED are final; EXPIRED is, unless it is reacquired.',
  {
    ACTIVE: 'Its units are held until `expiresAt`.',
    COMMITTED: 'Units of it are sold, and do not expire.',
    FULFILLED: 'All units that were not given up have left.',
    RELEASED: 'All units were given up.',
    EXPIRED: 'The time was over before it was committed, so its units are for sale again.',
  },
);

export const OnShortEnum = describedEnum<ReservationCreate['onShort']>(
  'OnShort',
  'What to do when there are not enough units.',
  {
    REJECT_ALL: 'Refuse the whole reservation.',
    TAKE_WHAT_IS_THERE: 'Hold what there is, and leave out the rest. Refused when there is nothing at all.',
  },
);

export const RemainderEnum = describedEnum<ReservationCommit['remainder']>(
  'Remainder',
  'What becomes of units that are held and not committed.',
  {
    RELEASE: 'They are for sale again.',
    KEEP: 'They stay held until `expiresAt`.',
  },
);

export const RowErrorPolicyEnum = describedEnum<RowErrorPolicy>(
  'RowErrorPolicy',
  'What happens to the valid rows when other rows are refused.',
  {
    REJECT_ALL: 'No row takes effect. The valid rows have the status NOT_APPLIED.',
    REJECT_ROWS: 'The valid rows take effect together. The refused rows have the status REJECTED.',
  },
);

export type StalePolicy = 'IGNORE' | 'REJECT';

export const StalePolicyEnum = describedEnum<StalePolicy>(
  'StalePolicy',
  'What happens to a count that is older than the last accepted count of the same stock key.',
  {
    IGNORE: 'The count has no effect and is no error. Its status is STALE_IGNORED.',
    REJECT: 'The count is refused with the code STALE. Its status is REJECTED.',
  },
);

export type CountWithoutAsOf = 'UNORDERED' | 'AS_OF_RECEIPT';

export const CountWithoutAsOfEnum = describedEnum<CountWithoutAsOf>(
  'CountWithoutAsOf',
  'What a count without `asOf` is taken to be.',
  {
    UNORDERED: 'It has no place in time. Changes that are reported later are added to it, whenever they happened.',
    AS_OF_RECEIPT:
      'It is as of its receipt, less `lagSeconds`. A change from before that moment which is reported later is absorbed.',
  },
);

export const StockSetStatusEnum = describedEnum<StockSetStatus>(
  'StockSetStatus',
  'The result of a count. Only APPLIED changes the quantity.',
  {
    APPLIED: 'Accepted, and the quantity changed.',
    UNCHANGED: 'Accepted, and the quantity was already right.',
    STALE_IGNORED: 'A later count was accepted before, so this one has no effect.',
    DUPLICATE: 'The same count of the same moment was accepted before, so this one has no effect.',
    REJECTED: 'Refused. The `error` of a row, or the `code` of a stored count, says why.',
    NOT_APPLIED: 'Not refused itself, but another row was, and `onRowError` is REJECT_ALL.',
  },
);

export const InventoryStyleEnum = describedEnum<InventoryStyle>(
  'InventoryStyle',
  'Whether the sellable quantity falls with every order.',
  {
    DYNAMIC: 'It falls: the sellable quantity follows the available quantity.',
    STATIC: 'It does not fall: the last counted quantity stays sellable until the next count.',
    PERPETUAL: 'It does not fall. Treated the same as STATIC.',
  },
);

export const StockAvailabilityEnum = describedEnum<StockAvailability>(
  'StockAvailability',
  'Whether a location offers an item for sale, independent of the quantity.',
  {
    IN_STOCK: 'Can be sold, up to the sellable quantity.',
    OUT_OF_STOCK: 'Cannot be sold now, even if units are there.',
  },
);

export const BackOrderHandlingEnum = describedEnum<BackOrderHandling>(
  'BackOrderHandling',
  'How units may be sold before they arrive.',
  {
    PRE_ORDERABLE: 'As pre-orders of an item that is not released yet.',
    BACK_ORDERABLE: 'As back-orders of an item that is being restocked.',
  },
);

export const DurationUnitEnum = describedEnum<DurationUnit>('DurationUnit', 'The unit of a duration.', {
  HOUR: 'Hours.',
  DAY: 'Days.',
  WEEK: 'Weeks.',
  MONTH: 'Months of 30 days.',
});

export const LookalikeKindEnum = describedEnum<LookalikeKind>('LookalikeKind', 'What names are names of.', {
  SKU: 'Items, by their skus.',
  SPECIFICATION: 'Items of one sku, by their specifications.',
  IDENTIFIER: 'Items, by identifiers of one scheme.',
  GTIN: 'Items, by barcodes that are the same GTIN.',
  LOCATION: 'Locations, by their codes.',
});

/** How exact a number of nodes is. */
export type CountPrecision = 'EXACT' | 'AT_LEAST';

export const CountPrecisionEnum = describedEnum<CountPrecision>(
  'CountPrecision',
  'Whether a number is exact. A list can be too long to count all of it.',
  {
    EXACT: 'There are exactly so many.',
    AT_LEAST: 'There are at least so many. Not all were counted.',
  },
);
