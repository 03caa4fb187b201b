import { ON_HAND_BUCKETS, type StockBucket, type StockKey } from '../ledger/stock-key';
import type { MovementReason } from '../ledger/movement';
import { addQuantities } from '../ledger/quantity';

/** The sign that a leg has in each bucket. A bucket that is not named takes both. */
type Signs = { readonly [Bucket in StockBucket]?: 1 | -1 };

const everyUnit = (sign: 1 | -1, ...but: readonly StockBucket[]): Signs =>
  Object.fromEntries(
    [...ON_HAND_BUCKETS, 'REPORTED_ON_HAND' as const].filter((name) => !but.includes(name)).map((name) => [name, sign]),
  );

/**
 * Which way each reason moves units. INCOMING takes both: a receipt announces units, and takes them off when they
 * arrive. So does MISSING for losses and gains: what cannot be found is missing first, and lost later.
 */
const SIGNS: { readonly [Reason in MovementReason]?: Signs } = {
  OPENING: { ...everyUnit(1), INCOMING: 1 },
  RECEIPT: everyUnit(1),
  RECEIPT_OR_CANCELLATION: everyUnit(1),
  RETURN: everyUnit(1),
  SHIPMENT: everyUnit(-1),
  LOSS: everyUnit(-1, 'MISSING'),
  GAIN: everyUnit(1, 'MISSING'),
  ALLOCATION: { AVAILABLE: -1, COMMITTED: 1 },
  DEALLOCATION: { AVAILABLE: 1, COMMITTED: -1 },
  HOLD: { AVAILABLE: -1, ON_HOLD: 1 },
  RELEASE: { AVAILABLE: 1, ON_HOLD: -1 },
};

/** Says what is wrong where a delta contradicts its reason; null where it does not. */
export function signFault(reason: MovementReason, bucket: StockBucket, delta: number): string | null {
  const sign = SIGNS[reason]?.[bucket];
  if (sign === undefined || Math.sign(delta) === sign) return null;
  const way = sign > 0 ? 'adds units, so its delta is above zero' : 'takes units away, so its delta is below zero';
  return `In the bucket ${bucket}, ${reason} ${way}; ${delta} contradicts that.`;
}

/** Units of one item that are packed alike: what a transfer adds up. */
type TransferLeg = { readonly key: StockKey; readonly delta: number };

/**
 * Says what is wrong where the legs of a transfer do not add up to zero per item and packaging; null where they do. The
 * reported total is a control figure beside the units, so it is left out.
 */
export function transferFault(legs: readonly TransferLeg[], skuOf: (itemId: string) => string): string | null {
  const sums = new Map<string, { key: StockKey; sum: number }>();
  for (const { key, delta } of legs) {
    if (key.bucket === 'REPORTED_ON_HAND') continue;
    const unit = `${key.itemId} ${key.packaging}`;
    sums.set(unit, { key, sum: addQuantities(sums.get(unit)?.sum ?? 0, delta) });
  }
  const uneven = [...sums.values()].find(({ sum }) => sum !== 0);
  if (!uneven) return null;
  const { key, sum } = uneven;
  return `A TRANSFER adds up to zero per item, but ${key.packaging} units of sku "${skuOf(key.itemId)}" add up to ${sum}. Send both sides together, or give another reason.`;
}
