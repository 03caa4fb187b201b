/**
 * The closed catalogue of expected refusals. GraphQL `userErrors`, quarantine and the vendors' replies use the same codes.
 */
export const USER_ERROR_CODES = {
  INSUFFICIENT_STOCK: 'A command asks for more units than the stock level holds.',
  NEGATIVE_IN_THE_PAST: 'A command dated in the past takes more units than the stock level held at some moment since.',
  ITEM_NOT_FOUND: 'No item is known by this sku, specification or identifier.',
  LOCATION_NOT_FOUND: 'No location has this code.',
  SPECIFICATION_REQUIRED: 'The sku has several specifications; name one of them.',
  NOT_ALLOWED:
    'The API key is limited to stock of other locations or channels, or would give another key more than it has.',
  NOT_FOUND: 'The input refers to something that does not exist.',
  INVALID_INPUT: 'A value is missing, too long or not of the required form.',
  INVALID_QUANTITY: 'A quantity is not a whole number in the allowed range.',
  BATCH_TOO_LARGE: 'The input has more rows than one batch may have.',
  DUPLICATE_ROW: 'Two rows of the input mean the same stock key.',
  CHANGE_FROM_QUANTITY_STALE: 'The given changeFromQuantity is not the current quantity.',
  AS_OF_IN_FUTURE: 'The count is dated more than five minutes ahead.',
  AS_OF_CONFLICT: 'Another count of the same moment states another quantity.',
  STALE: 'A later count of this stock key has been accepted already.',
  IDEMPOTENCY_KEY_REUSED: 'The idempotency key was used before with other input.',
  SELLER_ORDER_NO_REUSED: 'The sellerOrderNo was used before by another order.',
  OWNERS_REQUIRED: 'Both turnOutOwner and turnInOwner are required.',
  OWNERS_MUST_DIFFER: 'turnOutOwner and turnInOwner must be different.',
  OWNERS_MUST_MATCH: 'turnOutOwner and turnInOwner must be the same.',
  PACKAGING_MISMATCH: 'The packaging of the two sides does not fit the type of the order.',
  BARCODE_MISMATCH: 'The barcode values of the two sides do not fit the type of the order.',
  SKU_MISMATCH: 'The items of the two sides do not fit the type of the order.',
  QUANTITY_MISMATCH: 'The quantities of the two sides do not fit each other.',
  UNPACK_FACTOR_REQUIRED: 'How many single units a package holds is unknown.',
  KEY_TOO_COARSE: 'Stock is kept under finer stock keys, which this count does not distinguish.',
  SKU_TAKEN: 'The code is the sku of another item.',
  IDENTIFIER_TAKEN: 'The identifier belongs to another item.',
  LOOKALIKE: 'The name differs from another one only in form.',
  IDENTIFIER_AMBIGUOUS: 'The barcode means several items.',
  NOTHING_CHANGES: 'The command would change nothing.',
  STILL_IN_STOCK: 'What is to be archived still holds stock.',
  LOCATION_CODE_TAKEN: 'The code is that of another location.',
  ALREADY_REVERSED: 'The order has been reversed already.',
  RESERVATION_EXPIRED: 'The reservation has expired, so its units are for sale again.',
  RESERVATION_RELEASED: 'The reservation has been released already.',
  RESERVATION_COMMITTED: 'The reservation has been committed already.',
  RESERVATION_FULFILLED: 'All units of the reservation have been sent out already.',
  RESERVATION_NOT_COMMITTED: 'The units are held, and not committed yet.',
} as const;
export type UserErrorCode = keyof typeof USER_ERROR_CODES;

/** Why a row of an authenticated message is in quarantine. The user error codes apply to rows as well. */
export const QUARANTINE_CODES = {
  ROW_INVALID: 'A value of the row is missing or cannot be used.',
  EXTERNAL_ID_REUSED: 'A row with this id was posted before with other content.',
} as const;
export type QuarantineCode = keyof typeof QUARANTINE_CODES | UserErrorCode;

/** One thing to fix in the input: an expected refusal, never a fault of the gateway. */
export interface UserError {
  readonly code: UserErrorCode;
  /** A sentence that says what to fix. */
  readonly message: string;
  /** Path into the input, such as `['rows', '3', 'quantity']`. */
  readonly field: readonly string[];
  /** The current quantity, where the refusal is about one. */
  readonly current?: number;
  /** The quantity that was asked for. */
  readonly requested?: number;
}
