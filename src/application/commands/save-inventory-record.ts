import type { UserError } from '../../domain/errors';
import type { InventoryRecordSave } from '../../domain/inventory-record';
import {
  inventoryRecordReads,
  planInventoryRecord,
  type InventoryRecordResult,
} from '../../domain/plans/inventory-record-save';
import { checkQuantity, checkText } from '../../domain/validation';
import type { Caller } from '../ports/caller';
import { commandFingerprint } from './fingerprint';
import type { Poster } from '../ports/poster';
import { checkCount, checkMoment } from './set-stock';

export type InventoryRecordInput = Omit<InventoryRecordSave, 'fingerprint'>;

export type SaveInventoryRecord = (caller: Caller, input: InventoryRecordInput) => Promise<InventoryRecordResult>;

/** Saves what a shop needs to know of an item at a location, with a count where it states a quantity. */
export function createSaveInventoryRecord(deps: { poster: Poster }): SaveInventoryRecord {
  return async (caller, input) => {
    const userErrors = faults(input);
    if (userErrors.length > 0) {
      const nothing = { record: null, created: false, countStatus: null, ledgerSequence: null };
      return { ...nothing, userErrors, replayed: false };
    }
    const command = { ...input, fingerprint: commandFingerprint('inventoryRecordSave', input) };
    return deps.poster.post({
      ...caller,
      reads: inventoryRecordReads(command),
      plan: (work) => planInventoryRecord(work, command),
    });
  };
}

/** Largest whole number of the fields that are kept as PostgreSQL integers. */
const MAX_INTEGER = 2 ** 31 - 1;
const WHOLE_TERMS = ['outOfStockThreshold', 'dispatchTime', 'leadTime', 'backOrderAllocation'] as const;

function faults(input: InventoryRecordInput): UserError[] {
  const { item, location, terms, quantity } = input;
  return [
    ...checkText(input.idempotencyKey, ['idempotencyKey'], true),
    ...checkText(item.by === 'SKU' ? item.sku : item.value, ['sku'], true),
    ...checkText(item.specification, ['specification']),
    ...checkText(location.by === 'CODE' ? location.code : location.id, ['location'], true),
    ...checkText(terms.sourceSku, ['sourceSku']),
    ...(quantity === null ? [] : checkCount(quantity, ['quantity'])),
    ...(terms.reportedAvailable == null ? [] : checkQuantity(terms.reportedAvailable, ['reportedAvailable'])),
    ...WHOLE_TERMS.flatMap((name) => checkWhole(terms[name], name)),
    ...checkMoment(input.asOfMs, ['asOf']),
    ...checkMoment(terms.stockArrivalDateMs, ['stockArrivalDate']),
    ...checkMoment(terms.sourceTimestampMs, ['sourceTimestamp']),
    ...checkDecimal(terms.unitCost, ['unitCost']),
  ];
}

function checkWhole(value: number | null | undefined, name: string): UserError[] {
  if (value == null || (Number.isInteger(value) && value >= 0 && value <= MAX_INTEGER)) return [];
  return [
    { code: 'INVALID_INPUT', message: `${name} must be a whole number from 0 to ${MAX_INTEGER}.`, field: [name] },
  ];
}

/** A plain decimal, of a size that no store of it rounds. */
function checkDecimal(value: string | null | undefined, field: readonly string[]): UserError[] {
  if (value == null || /^\d{1,15}(\.\d{1,10})?$/.test(value)) return [];
  const message = 'A decimal has at most 15 digits before and 10 after the point, and is not below zero.';
  return [{ code: 'INVALID_INPUT', message, field }];
}
