import { registerEnumType } from 'type-graphql';
import type { AdjustmentOrderStatus, AdjustmentOrderType } from '../../domain/adjustment-order';
import type { InboundMessageStatus } from '../../domain/ledger/inbound-message';
import { USER_ERROR_CODES, type UserErrorCode } from '../../domain/errors';
import type { BackOrderHandling, DurationUnit, InventoryStyle, StockAvailability } from '../../domain/inventory-record';
import type { MovementReason } from '../../domain/ledger/movement';
import type { Packaging, StockBucket, StockCondition } from '../../domain/ledger/stock-key';
import type { RowErrorPolicy, StockSetStatus } from '../../domain/plans/stock-set';

/** Makes an enum type whose every value is described; the compiler checks that none is left out. */
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

export const StockBucketEnum = describedEnum<StockBucket>('StockBucket', 'In which state units are.', {
  AVAILABLE: 'Free to be sold. On hand.',
  RESERVED: 'Held by us for someone. On hand.',
  COMMITTED: 'Allocated to outbound orders. On hand.',
  MISSING: 'Lost and being looked for. On hand until it is given up.',
  BLOCKED: 'Must not be shipped. On hand.',
  ON_HOLD: 'Frozen for another cause. On hand.',
  INCOMING: 'On its way to the location. Not on hand yet.',
  REPORTED_ON_HAND: "The warehouse's own total: a control figure that is compared with the sum of what is on hand.",
});

export const StockConditionEnum = describedEnum<StockCondition>('StockCondition', 'In which condition units are.', {
  GOOD: 'Fit to be sold as new.',
  DAMAGED: 'Not fit to be sold as new.',
});

export const PackagingEnum = describedEnum<Packaging>('Packaging', 'How units are packed.', {
  SINGLE: 'One by one.',
  BOX: 'In boxes of several of the same item.',
  SUITE: 'In sets that are sold as one.',
});

export const MovementReasonEnum = describedEnum<MovementReason>('MovementReason', 'Why stock moved.', {
  OPENING: 'The stock that a ledger starts with; gives levels a baseline.',
  RECEIPT: 'Goods came in.',
  RECEIPT_OR_CANCELLATION: 'Goods came in, or an order was cancelled; the source does not say which.',
  RETURN: 'A customer sent goods back.',
  SHIPMENT: 'Goods went out.',
  ALLOCATION: 'Units were set aside for an order.',
  DEALLOCATION: 'Units were no longer set aside for an order.',
  TRANSFER: 'Units moved between locations or pools.',
  HOLD: 'Units were frozen.',
  RELEASE: 'Units were no longer frozen.',
  ADJUSTMENT: 'Someone corrected the quantity.',
  COUNT: 'The quantity was set to what was counted. Given by the gateway.',
  UNPACK: 'Packages were opened into single units. Given by the gateway.',
  OWNER_TRANSFER: 'Units changed their owner. Given by the gateway.',
  BARCODE_CHANGE: 'Units got another barcode. Given by the gateway.',
  LOSS: 'Units were lost or destroyed.',
  GAIN: 'Units were found.',
  REVERSAL: 'An adjustment order was undone. Given by the gateway.',
  UNKNOWN: 'The source states a reason that has no meaning here.',
});

export const InboundMessageStatusEnum = describedEnum<InboundMessageStatus>(
  'InboundMessageStatus',
  'What became of a delivery.',
  {
    APPLIED: 'Every row is in the ledger.',
    PARTLY_QUARANTINED: 'Some rows are in the ledger, others wait in quarantine.',
    QUARANTINED: 'Every row waits in quarantine.',
    DUPLICATE: 'Every row had been received before, so nothing changed.',
  },
);

export const UserErrorCodeEnum = describedEnum<UserErrorCode>(
  'UserErrorCode',
  'What is wrong with an input. A mutation answers these as values, never as errors of the request.',
  USER_ERROR_CODES,
);

export const AdjustmentOrderTypeEnum = describedEnum<AdjustmentOrderType>(
  'AdjustmentOrderType',
  'What an adjustment order turns units into.',
  {
    UNPACK: 'Boxes or suites into single units.',
    OWNER_TRANSFER: 'Units of one inventory organisation into units of another.',
    BARCODE_CHANGE: 'Units with one barcode into units with another.',
  },
);

export const AdjustmentOrderStatusEnum = describedEnum<AdjustmentOrderStatus>(
  'AdjustmentOrderStatus',
  'How far an adjustment order is.',
  {
    COMPLETED: 'Its movement is in the ledger.',
    REVERSED: 'Another order has undone it.',
  },
);

export const RowErrorPolicyEnum = describedEnum<RowErrorPolicy>(
  'RowErrorPolicy',
  'What becomes of good rows where others are refused.',
  {
    REJECT_ALL: 'No row takes effect; the good ones answer NOT_APPLIED.',
    REJECT_ROWS: 'The good rows take effect, all of them or, where the gateway fails, none.',
  },
);

export type StalePolicy = 'IGNORE' | 'REJECT';

export const StalePolicyEnum = describedEnum<StalePolicy>(
  'StalePolicy',
  'What becomes of a count that is older than the last accepted one of its stock key.',
  {
    IGNORE: 'It is passed over: STALE_IGNORED.',
    REJECT: 'It is refused with the code STALE.',
  },
);

export const StockSetStatusEnum = describedEnum<StockSetStatus>('StockSetStatus', 'What became of a count.', {
  APPLIED: 'It was accepted, and the quantity changed.',
  UNCHANGED: 'It was accepted, and the quantity was right already.',
  STALE_IGNORED: 'A later count has been accepted already, so it has no effect.',
  DUPLICATE: 'The same count of the same moment has been accepted already, so it has no effect.',
  REJECTED: 'It was refused; its error says why.',
  NOT_APPLIED: 'There was nothing wrong with it, but another row was refused and onRowError is REJECT_ALL.',
});

export const InventoryStyleEnum = describedEnum<InventoryStyle>(
  'InventoryStyle',
  'Whether what can be sold falls with every order.',
  {
    DYNAMIC: 'It does: what is available can be sold.',
    STATIC: 'It does not: what the last count stated can be sold, until it is stated anew.',
    PERPETUAL: 'It does not, as with STATIC.',
  },
);

export const StockAvailabilityEnum = describedEnum<StockAvailability>(
  'StockAvailability',
  'What a location says about an item, whatever the quantity.',
  {
    IN_STOCK: 'It can be sold, as far as the quantity reaches.',
    OUT_OF_STOCK: 'It cannot be sold now, whatever the quantity.',
  },
);

export const BackOrderHandlingEnum = describedEnum<BackOrderHandling>(
  'BackOrderHandling',
  'How units may be sold before they are there.',
  {
    PRE_ORDERABLE: 'As pre-orders of something that has yet to come out.',
    BACK_ORDERABLE: 'As back-orders of something that is being replenished.',
  },
);

export const DurationUnitEnum = describedEnum<DurationUnit>('DurationUnit', 'In what a duration is measured.', {
  HOUR: 'Hours.',
  DAY: 'Days.',
  WEEK: 'Weeks.',
  MONTH: 'Months, counted as 30 days.',
});
