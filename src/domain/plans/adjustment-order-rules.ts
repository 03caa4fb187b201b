import type { AdjustmentOrderCreate, AdjustmentOrderLine, AdjustmentOrderType } from '../adjustment-order';
import type { UserError, UserErrorCode } from '../errors';
import { isQuantity } from '../ledger/quantity';

/**
 * What must hold of an order before stock is looked at (design: adjustment orders; Winit's page on
 * wh.inventoryAdjustment.createOrder.v2). Each rule is checked by itself, so that several faults are named at once.
 */
export function orderFaults(order: AdjustmentOrderCreate): UserError[] {
  return [
    ...ownerFaults(order),
    ...order.lines.flatMap((line, index) => [
      ...quantityFaults(line, index),
      ...LINE_RULES[order.type](line, index, order),
    ]),
  ];
}

type LineRule = (line: AdjustmentOrderLine, index: number, order: AdjustmentOrderCreate) => UserError[];

const LINE_RULES: Readonly<Record<AdjustmentOrderType, LineRule>> = {
  UNPACK: (line, index, order) => [...unpackPackaging(line, index, order), ...sameBarcode(line, index)],
  OWNER_TRANSFER: (line, index) => [
    ...sameItem(line, index),
    ...samePackaging(line, index),
    ...sameQuantity(line, index),
    ...sameBarcode(line, index),
  ],
  BARCODE_CHANGE: (line, index) => [
    ...sameItem(line, index),
    ...samePackaging(line, index),
    ...sameQuantity(line, index),
    ...otherBarcode(line, index),
  ],
};

function ownerFaults({ type, organisations, turnOutOwner, turnInOwner }: AdjustmentOrderCreate): UserError[] {
  if (type !== 'OWNER_TRANSFER' && !organisations) return [];
  const missing = Object.entries({ turnOutOwner, turnInOwner })
    .filter(([, owner]) => (owner ?? '').trim() === '')
    .map(([name]) => fault('OWNERS_REQUIRED', `${name} is required for this type of order.`, [name]));
  if (missing.length > 0) return missing;
  if (type === 'OWNER_TRANSFER') {
    if (turnOutOwner !== turnInOwner) return [];
    return [fault('OWNERS_MUST_DIFFER', 'A transfer needs two different owners.', ['turnInOwner'])];
  }
  if (turnOutOwner === turnInOwner) return [];
  return [fault('OWNERS_MUST_MATCH', 'This type of order keeps the owner: both have to be the same.', ['turnInOwner'])];
}

function quantityFaults(line: AdjustmentOrderLine, index: number): UserError[] {
  return (['out', 'in'] as const).flatMap((side) =>
    (['quantity', 'standardPartsQuantity'] as const).flatMap((name) => {
      const value = line[side][name];
      if (value === null || isPositive(value)) return [];
      return [at(index, side, name, 'INVALID_QUANTITY', `${name} must be a whole number above zero.`)];
    }),
  );
}

/** Whether a number is a quantity above zero. */
export const isPositive = (value: number): boolean => isQuantity(value) && value > 0;

function unpackPackaging(
  { out, in: into }: AdjustmentOrderLine,
  index: number,
  order: AdjustmentOrderCreate,
): UserError[] {
  const errors: UserError[] = [];
  const first = order.lines[0]?.out.packaging;
  if (out.packaging === 'SINGLE') {
    errors.push(at(index, 'out', 'packaging', 'PACKAGING_MISMATCH', 'Only a BOX or a SUITE can be unpacked.'));
  } else if (out.packaging !== first) {
    const message = 'All lines of an order unpack the same packaging.';
    errors.push(at(index, 'out', 'packaging', 'PACKAGING_MISMATCH', message));
  }
  if (into.packaging !== 'SINGLE') {
    errors.push(at(index, 'in', 'packaging', 'PACKAGING_MISMATCH', 'Unpacking gives SINGLE units.'));
  }
  return errors;
}

function sameItem({ out, in: into }: AdjustmentOrderLine, index: number): UserError[] {
  const name = ({ item }: typeof out): string => (item.by === 'SKU' ? item.sku : item.value);
  if (name(out) !== name(into)) {
    return [at(index, 'in', 'sku', 'SKU_MISMATCH', 'Both sides have to name the same sku.')];
  }
  if (out.item.specification === into.item.specification) return [];
  return [at(index, 'in', 'specification', 'SKU_MISMATCH', 'Both sides have to name the same specification.')];
}

function samePackaging({ out, in: into }: AdjustmentOrderLine, index: number): UserError[] {
  if (out.packaging === into.packaging) return [];
  return [at(index, 'in', 'packaging', 'PACKAGING_MISMATCH', 'Both sides have to have the same packaging.')];
}

function sameQuantity({ out, in: into }: AdjustmentOrderLine, index: number): UserError[] {
  const errors: UserError[] = [];
  if (out.quantity !== into.quantity) {
    errors.push(at(index, 'in', 'quantity', 'QUANTITY_MISMATCH', 'Both sides have to have the same quantity.'));
  }
  if (out.standardPartsQuantity !== into.standardPartsQuantity) {
    const message = 'Both sides have to have the same standardPartsQuantity.';
    errors.push(at(index, 'in', 'standardPartsQuantity', 'QUANTITY_MISMATCH', message));
  }
  return errors;
}

function sameBarcode({ out, in: into }: AdjustmentOrderLine, index: number): UserError[] {
  if (out.barcode === into.barcode) return [];
  return [at(index, 'in', 'barcode', 'BARCODE_MISMATCH', 'Both sides have to have the same barcode value.')];
}

function otherBarcode({ out, in: into }: AdjustmentOrderLine, index: number): UserError[] {
  if (out.barcode !== into.barcode) return [];
  return [at(index, 'in', 'barcode', 'NOTHING_CHANGES', 'The barcode values are the same, so nothing would change.')];
}

/** A refusal about one field of one side of a line. */
export function at(
  index: number,
  side: 'out' | 'in',
  name: string,
  code: UserErrorCode,
  message: string,
  quantities: Pick<UserError, 'current' | 'requested'> = {},
): UserError {
  return { code, message, field: ['lines', String(index), side, name], ...quantities };
}

const fault = (code: UserErrorCode, message: string, field: readonly string[]): UserError => ({ code, message, field });
