import type { DeliveryResult } from '../../domain/plans/delivery';
import { USER_ERROR_CODES, type UserError, type UserErrorCode } from '../../domain/errors';
import type { StockSetRowResult, StockSetStatus } from '../../domain/plans/stock-set';
import type { VendorReply } from '../shared/webhook';
import type { DecodedCount } from './decode';

const CONTENT_TYPE = 'application/json';

/** RFC 9110, section 15.5.2, asks for a challenge with a 401. */
export const CHALLENGE = 'StandardWebhooks realm="stockbridge"';

/** The outcome of one row of counts. */
export interface CountAnswer {
  readonly index: number;
  readonly status: StockSetStatus;
  readonly previousQuantity?: number | null;
  readonly quantity?: number | null;
  readonly delta?: number | null;
  readonly sequence?: number | null;
  readonly code?: UserErrorCode;
  readonly detail?: string;
}

/** The outcome of each fact. */
export function factsReply({ status, rows, belowZero }: DeliveryResult): VendorReply {
  return jsonReply({ status, belowZero, rows });
}

/** The outcome of each count; `replayed` when the message got this answer before. */
export function countsReply(replayed: boolean, rows: readonly CountAnswer[]): VendorReply {
  return jsonReply({ replayed, rows });
}

/**
 * The answers to all rows of a message of counts, in its order.
 *
 * @param results the ledger's results of the rows that were decoded, in the same order
 */
export function countAnswers(
  decoded: readonly DecodedCount[],
  results: readonly StockSetRowResult[],
): readonly CountAnswer[] {
  const judged = results.values();
  return decoded.map((row, index) => {
    if ('fault' in row) return refusedCount(index, 'INVALID_INPUT', row.fault);
    return countAnswer(index, judged.next().value as StockSetRowResult);
  });
}

function countAnswer(index: number, result: StockSetRowResult): CountAnswer {
  const { status, previousQuantity, quantity, delta, movementSequence, error } = result;
  if (error) return refusedCount(index, error.code, detailOf(error));
  return { index, status, previousQuantity, quantity, delta, sequence: movementSequence };
}

function refusedCount(index: number, code: UserErrorCode, detail: string): CountAnswer {
  return { index, status: 'REJECTED', code, detail };
}

/** The ledger numbers only the rows that it got, so its sentences would name the wrong rows of the message. */
function detailOf({ code, message }: UserError): string {
  return code === 'DUPLICATE_ROW' ? USER_ERROR_CODES[code] : message;
}

function jsonReply(answer: object): VendorReply {
  return { status: 200, contentType: CONTENT_TYPE, body: JSON.stringify(answer) };
}
