import type { AdjustmentOrderCreate, AdjustmentOrderLine, AdjustmentOrderType } from '../adjustment-order';
import type { UserError, UserErrorCode } from '../errors';
import { isRowQuantity, MAX_ROW_QUANTITY } from '../ledger/quantity';

/** What must hold of an order before stock is read. The rules are independent, so that several faults are named at once. */
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

const sameButOwnerAndBarcode: LineRule = (line, index) => [
  ...sameItem(line, index),
  ...same('packaging', 'PACKAGING_MISMATCH', line, index),
  ...same('quantity', 'QUANTITY_MISMATCH', line, index),
  ...same('standardPartsQuantity', 'QUANTITY_MISMATCH', line, index),
];

const LINE_RULES: Readonly<Record<AdjustmentOrderType, LineRule>> = {
  UNPACK: (line, index, order) => [
    ...unpackPackaging(line, index, order),
    ...same('barcode', 'BARCODE_MISMATCH', line, index),
  ],
  OWNER_TRANSFER: (line, index, order) => [
    ...sameButOwnerAndBarcode(line, index, order),
    ...same('barcode', 'BARCODE_MISMATCH', line, index),
  ],
  BARCODE_CHANGE: (line, index, order) => [...sameButOwnerAndBarcode(line, index, order), ...otherBarcode(line, index)],
};

function ownerFaults({ type, organisations, turnOutOwner, turnInOwner }: AdjustmentOrderCreate): UserError[] {
  if (type !== 'OWNER_TRANSFER' && !organisations) return [];
  const missing = Object.entries({ turnOutOwner, turnInOwner })
    .filter(([, owner]) => (owner ?? '').trim() === '')
    .map(([name]) => fault('OWNERS_REQUIRED', `${name} is required for this type of order.`, [name]));
  if (missing.length > 0) return missing;
  if (type === 'OWNER_TRANSFER') {
    if (turnOutOwner !== turnInOwner) return [];
    const message = `Both owners are ${turnOutOwner}; a transfer needs two different owners.`;
    return [fault('OWNERS_MUST_DIFFER', message, ['turnInOwner'])];
  }
  if (turnOutOwner === turnInOwner) return [];
  const message = `This type of order keeps the owner: turnInOwner must be ${turnOutOwner}, not ${turnInOwner}.`;
  return [fault('OWNERS_MUST_MATCH', message, ['turnInOwner'])];
}

function quantityFaults(line: AdjustmentOrderLine, index: number): UserError[] {
  return (['out', 'in'] as const).flatMap((side) =>
    (['quantity', 'standardPartsQuantity'] as const).flatMap((name) => {
      const value = line[side][name];
      if (value === null || isPositive(value)) return [];
      const message = `${name} must be a whole number from 1 to ${MAX_ROW_QUANTITY}, not ${value}.`;
      return [at(index, side, name, 'INVALID_QUANTITY', message)];
    }),
  );
}

/** Whether a number is a quantity above zero that a row may have. */
export const isPositive = (value: number): boolean => isRowQuantity(value) && value > 0;

function unpackPackaging(line: AdjustmentOrderLine, index: number, order: AdjustmentOrderCreate): UserError[] {
  const mismatch = (side: 'out' | 'in', message: string): UserError =>
    at(index, side, 'packaging', 'PACKAGING_MISMATCH', message);
  const [first, unpacked, result] = [order.lines[0]?.out.packaging, line.out.packaging, line.in.packaging];
  const errors: UserError[] = [];
  if (unpacked === 'SINGLE') errors.push(mismatch('out', 'Only BOX and SUITE can be unpacked, not SINGLE.'));
  else if (unpacked !== first) {
    errors.push(mismatch('out', `All lines must unpack the same packaging: ${first}, not ${unpacked}.`));
  }
  if (result !== 'SINGLE') errors.push(mismatch('in', `Unpacking gives SINGLE units, not ${result}.`));
  return errors;
}

function sameItem({ out, in: into }: AdjustmentOrderLine, index: number): UserError[] {
  const name = ({ item }: typeof out): string => (item.by === 'SKU' ? item.sku : item.value);
  const sku = differs('sku', 'SKU_MISMATCH', index, name(out), name(into));
  if (sku.length > 0) return sku;
  return differs('specification', 'SKU_MISMATCH', index, out.item.specification, into.item.specification);
}

const same = (
  name: 'packaging' | 'barcode' | 'quantity' | 'standardPartsQuantity',
  code: UserErrorCode,
  line: AdjustmentOrderLine,
  index: number,
): UserError[] => differs(name, code, index, line.out[name], line.in[name]);

function differs<Value>(name: string, code: UserErrorCode, index: number, out: Value, into: Value): UserError[] {
  if (out === into) return [];
  const message = `Both sides must have the same ${name}, not ${JSON.stringify(out)} and ${JSON.stringify(into)}.`;
  return [at(index, 'in', name, code, message)];
}

function otherBarcode({ out, in: into }: AdjustmentOrderLine, index: number): UserError[] {
  if (out.barcode !== into.barcode) return [];
  const message = `The barcode is "${out.barcode}" on both sides, so nothing would change.`;
  return [at(index, 'in', 'barcode', 'NOTHING_CHANGES', message)];
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
