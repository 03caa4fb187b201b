import type { AdjustmentOrderLine } from '../adjustment-order';
import type { Item } from '../catalogue/catalogue';
import type { UserError } from '../errors';
import { at, isPositive } from './adjustment-order-rules';

/** An unpacked package gives as many units as it holds: by the line's word, else by the item's. */
export function unpackFactorFaults({ out, in: into }: AdjustmentOrderLine, index: number, item: Item): UserError[] {
  const factor = out.standardPartsQuantity ?? item.unitsPerPackage;
  if (factor === null) {
    const message = 'Give standardPartsQuantity (units in a package), or save unitsPerPackage of the item.';
    return [at(index, 'out', 'standardPartsQuantity', 'UNPACK_FACTOR_REQUIRED', message)];
  }
  // A number that is no quantity is refused by a rule of its own.
  if (![out.quantity, factor, into.quantity].every(isPositive)) return [];
  if (into.quantity === out.quantity * factor) return [];
  const message = `${out.quantity} packages of ${factor} do not give ${into.quantity} units.`;
  return [at(index, 'in', 'quantity', 'QUANTITY_MISMATCH', message, { requested: into.quantity })];
}
