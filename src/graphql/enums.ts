import { registerEnumType } from 'type-graphql';
import type { InboundMessageStatus } from '../domain/documents';
import { USER_ERROR_CODES, type UserErrorCode } from '../domain/errors';
import type { MovementReason } from '../domain/movement';
import type { Packaging, StockBucket, StockCondition } from '../domain/stock-key';

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
