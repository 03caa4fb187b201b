import type { UserError } from '../../../src/domain/errors';
import type { InventoryRecord } from '../../../src/domain/inventory-record';
import type { StockKey } from '../../../src/domain/ledger/stock-key';
import type { StockChange } from '../../../src/domain/ledger/unit-of-work';
import type { ModelAnswer } from './ledger-model';

/** A stock key as text, with names. */
export type NameOf = (key: StockKey) => string;

/** An answer of the product in the model's form: names instead of ids, refusals without messages. */
export function plainAnswer(answer: unknown, nameOf: NameOf): unknown {
  const { changes, userErrors, results, record, ...rest } = answer as {
    changes?: readonly StockChange[];
    userErrors?: readonly UserError[];
    results?: readonly { error: UserError | null }[];
    record?: InventoryRecord | null;
  };
  const plainChange = ({ key, delta, quantityAfter }: StockChange) => ({ key: nameOf(key), delta, quantityAfter });
  return modelAnswer({
    ...rest,
    ...(changes && { changes: changes.map(plainChange) }),
    ...(userErrors && { userErrors: userErrors.map(plainError) }),
    ...(results && { results: results.map(({ error, ...row }) => ({ ...row, error: error && plainError(error) })) }),
    ...(record === undefined ? {} : { record: record && plainRecord(record) }),
  });
}

const plainError = ({ message: _, field, ...error }: UserError) => ({ ...error, field: field.join('.') });

/** The record terms that the histories set. */
export const plainRecord = ({ leadTime, outOfStockThreshold }: InventoryRecord): unknown => ({
  leadTime,
  outOfStockThreshold,
});

/** The model's records contain only the terms that were set. */
export const modelRecord = (record: object): unknown => ({ leadTime: null, outOfStockThreshold: null, ...record });

/** An answer of the model, with sorted refusals, because their order means nothing. */
export function modelAnswer(answer: ModelAnswer): unknown {
  const { userErrors, record } = answer as { userErrors?: object[]; record?: object | null };
  const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  const inOrder = userErrors?.map((error) => Object.fromEntries(Object.entries(error).sort(byText)));
  return {
    ...answer,
    ...(inOrder && { userErrors: inOrder.sort(byText) }),
    ...(record ? { record: modelRecord(record) } : {}),
  };
}
