import type { UserError } from '../../domain/errors';
import type { InventoryRecordSave } from '../../domain/inventory-record';
import { timeOfCount } from '../../domain/plans/count';
import {
  inventoryRecordReads,
  planInventoryRecord,
  type InventoryRecordResult,
} from '../../domain/plans/inventory-record-save';
import { tidyName } from '../../domain/text';
import {
  checkCount,
  checkDecimal,
  checkInstant,
  checkItem,
  checkLocation,
  checkName,
  checkRowQuantity,
  checkText,
  checkWhole,
  tidyItem,
  tidyLocation,
} from '../../domain/validation';
import type { Caller } from '../ports/caller';
import { commandFingerprint } from './fingerprint';
import type { Poster } from '../ports/poster';

export type InventoryRecordInput = Omit<InventoryRecordSave, 'fingerprint'>;

export type SaveInventoryRecord = (caller: Caller, input: InventoryRecordInput) => Promise<InventoryRecordResult>;

/** Saves what a shop needs to know of an item at a location, with a count where it states a quantity. */
export function createSaveInventoryRecord(deps: { poster: Poster; nowMs: () => number }): SaveInventoryRecord {
  return async (caller, given) => {
    const input = tidied(given);
    const userErrors = faults(input);
    if (userErrors.length > 0) {
      const nothing = { record: null, created: false, countStatus: null, ledgerSequence: null };
      return { ...nothing, userErrors, replayed: false };
    }
    const command = {
      ...input,
      ...timeOfCount(input, input, input.message?.receivedAtMs ?? deps.nowMs()),
      fingerprint: commandFingerprint('inventoryRecordSave', input),
    };
    return deps.poster.post({
      ...caller,
      reads: inventoryRecordReads(command),
      carries: { rows: 1, characters: command.message?.body.length ?? 0 },
      plan: (work) => planInventoryRecord(work, command),
    });
  };
}

function tidied(input: InventoryRecordInput): InventoryRecordInput {
  const { item, location, terms } = input;
  const sourceSku = terms.sourceSku == null ? terms.sourceSku : tidyName(terms.sourceSku);
  const names = sourceSku === undefined ? {} : { sourceSku };
  return { ...input, item: tidyItem(item), location: tidyLocation(location), terms: { ...terms, ...names } };
}

const WHOLE_TERMS = [
  'outOfStockThreshold',
  'safetyStock',
  'reorderPoint',
  'dispatchTime',
  'leadTime',
  'backOrderAllocation',
] as const;

function faults(input: InventoryRecordInput): UserError[] {
  const { terms } = input;
  return [
    ...checkText(input.idempotencyKey, ['idempotencyKey'], true),
    ...checkItem(input.item, []),
    ...checkLocation(input.location, []),
    ...checkName(terms.sourceSku, ['sourceSku']),
    ...checkCount(input.quantity, ['quantity']),
    ...checkRowQuantity(terms.reportedAvailable, ['reportedAvailable']),
    ...WHOLE_TERMS.flatMap((name) => checkWhole(terms[name], 0, [name])),
    ...checkInstant(input.asOfMs, ['asOf']),
    ...checkInstant(terms.stockArrivalDateMs, ['stockArrivalDate']),
    ...checkInstant(terms.sourceTimestampMs, ['sourceTimestamp']),
    ...checkDecimal(terms.unitCost, ['unitCost']),
  ];
}
