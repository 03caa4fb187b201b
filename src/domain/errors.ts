/**
 * The closed catalogue of expected refusals. Each has one code, used in GraphQL `userErrors`, in quarantine and in the
 * vendors' replies alike; a test counts that every code is described.
 */
export const USER_ERROR_CODES = {
  INSUFFICIENT_STOCK: 'A command asks for more units than the stock level holds.',
  ITEM_NOT_FOUND: 'No item is known by this sku, specification or identifier.',
  LOCATION_NOT_FOUND: 'No location has this code.',
  SPECIFICATION_REQUIRED: 'The sku is registered with specifications; one of them has to be named.',
  NOT_FOUND: 'What the input refers to does not exist.',
  INVALID_INPUT: 'A value is missing, too long or not of the required form.',
  INVALID_QUANTITY: 'A quantity is not a whole number in the allowed range.',
  BATCH_TOO_LARGE: 'The input has more rows than one batch may have.',
  DUPLICATE_ROW: 'Two rows of the input mean the same stock key.',
  CHANGE_FROM_QUANTITY_STALE: 'The quantity to change from is not the current quantity.',
  AS_OF_IN_FUTURE: 'The count is dated more than five minutes ahead.',
  AS_OF_CONFLICT: 'Another count of the same moment states another quantity.',
  STALE: 'A later count of this stock key has been accepted already.',
  IDEMPOTENCY_KEY_REUSED: 'The idempotency key was used before with other input.',
  SELLER_ORDER_NO_REUSED: 'The sellerOrderNo was used before by another order.',
  OWNERS_REQUIRED: 'Both turnOutOwner and turnInOwner have to be given.',
  OWNERS_MUST_DIFFER: 'turnOutOwner and turnInOwner have to be different.',
  OWNERS_MUST_MATCH: 'turnOutOwner and turnInOwner have to be the same.',
  PACKAGING_MISMATCH: 'The packaging of the two sides does not fit the type of the order.',
  BARCODE_MISMATCH: 'The barcode values of the two sides do not fit the type of the order.',
  SKU_MISMATCH: 'The items of the two sides do not fit the type of the order.',
  QUANTITY_MISMATCH: 'The quantities of the two sides do not fit each other.',
  UNPACK_FACTOR_REQUIRED: 'It is not known how many single units a package holds.',
  KEY_TOO_COARSE: 'Stock is kept under finer keys that this count does not tell apart.',
  SKU_TAKEN: 'The code is the sku of another item.',
  IDENTIFIER_TAKEN: 'The identifier belongs to another item.',
  NOTHING_CHANGES: 'The command would change nothing.',
  ALREADY_REVERSED: 'The order has been reversed already.',
} as const;
export type UserErrorCode = keyof typeof USER_ERROR_CODES;

/** Why a row of an authenticated message waits in quarantine, beside the user error codes that apply to rows as well. */
export const QUARANTINE_CODES = {
  ROW_INVALID: 'A value of the row is missing or cannot be used.',
  EXTERNAL_ID_REUSED: 'A row with this id was posted before with other content.',
} as const;
export type QuarantineCode = keyof typeof QUARANTINE_CODES | UserErrorCode;

/** One thing to mend in the input: an expected refusal, never a fault of the gateway. */
export interface UserError {
  readonly code: UserErrorCode;
  /** A sentence that says what to mend. */
  readonly message: string;
  /** Path into the input, such as `['rows', '3', 'quantity']`. */
  readonly field: readonly string[];
  /** The quantity that is there, where the refusal is about one. */
  readonly current?: number;
  /** The quantity that was asked for. */
  readonly requested?: number;
}
