import type { DeliveryResult } from '../../domain/plans/delivery';
import { USER_ERROR_CODES, type UserError, type UserErrorCode } from '../../domain/errors';
import type { StockSetRowResult, StockSetStatus } from '../../domain/plans/stock-set';
import type { VendorReply } from '../shared/webhook';
import type { DecodedCount } from './decode';

const CONTENT_TYPE = 'application/json';

/** RFC 9110, section 15.5.2, asks for a challenge with a 401. */
export const CHALLENGE = 'StandardWebhooks realm="stockbridge"';

/** What became of a row of counts. */
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

/** What became of each fact. */
export function factsReply({ status, rows, belowZero }: DeliveryResult): VendorReply {
  return jsonReply({ status, belowZero, rows });
}

/** What became of each count; `replayed` where this is the answer that the message was given before. */
export function countsReply(replayed: boolean, rows: readonly CountAnswer[]): VendorReply {
  return jsonReply({ replayed, rows });
}

/**
 * The answers to all rows of a message of counts, in its order.
 *
 * @param results what the ledger made of those that could be decoded, in the same order
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

/** The ledger numbers only the rows that it was given, so a sentence of its that names rows would name others. */
function detailOf({ code, message }: UserError): string {
  return code === 'DUPLICATE_ROW' ? USER_ERROR_CODES[code] : message;
}

function jsonReply(answer: object): VendorReply {
  return { status: 200, contentType: CONTENT_TYPE, body: JSON.stringify(answer) };
}
