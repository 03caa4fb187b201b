import type { VendorReply } from '../shared/webhook';
import type { CallForm } from './decode';
import type { Fault } from './wire';

const CONTENT_TYPE = 'application/json';

/** The codes of failures. BAD_DATA is the vendor's; the others are ours. */
export const ERROR_CODES = ['BAD_DATA', 'UNAUTHORIZED', 'TOO_MANY_REQUESTS', 'UNAVAILABLE', 'INTERNAL'] as const;
type ErrorCode = (typeof ERROR_CODES)[number];

const MESSAGES = {
  BAD_DATA: 'Input validation failed',
  UNAUTHORIZED: 'Authentication failed',
  TOO_MANY_REQUESTS: 'Too many requests',
  UNAVAILABLE: 'Temporarily unavailable',
  INTERNAL: 'Internal error',
} satisfies Record<ErrorCode, string>;

/** RFC 9110, section 15.5.2, asks for a challenge with a 401. */
const CHALLENGE = { 'www-authenticate': 'ApiHeaders realm="increff"' };

/** The outcome of a code in one row. */
export interface CodeVerdict {
  /** As sent. */
  readonly code: string;
  readonly succeeded: boolean;
}

/** The lists of the form that was called: each code once, in the order sent; one that failed in any row failed. */
export function listsReply(form: CallForm, verdicts: readonly CodeVerdict[]): VendorReply {
  const failed = new Set(verdicts.filter(({ succeeded }) => !succeeded).map(({ code }) => code));
  const codes = [...new Set(verdicts.map(({ code }) => code))];
  const failure = codes.filter((code) => failed.has(code));
  const success = codes.filter((code) => !failed.has(code));
  return { status: 200, contentType: CONTENT_TYPE, body: JSON.stringify(LISTS[form](failure, success)) };
}

/** The names of the lists in each form. */
const LISTS = {
  PRODUCTS: (failureProducts: string[], successProducts: string[]) => ({ failureProducts, successProducts }),
  INVENTORIES: (failureList: string[], successList: string[]) => ({ failureList, successList }),
  CLIENT_SKUS: (failureSkus: string[], successSkus: string[]) => ({ failureSkus, successSkus }),
} satisfies Record<CallForm, unknown>;

/** Names every fault: `[channelSkuCode: may not be null, quantity: may not be null]`. */
export function badDataReply(faults: readonly Fault[]): VendorReply {
  const description = `[${faults.map(({ field, message }) => `${field}: ${message}`).join(', ')}]`;
  return { status: 400, ...errorBody('BAD_DATA', description) };
}

export const UNAUTHORIZED: VendorReply = {
  status: 401,
  ...errorBody('UNAUTHORIZED', 'authUsername, authPassword or authDomainName is not right'),
  headers: CHALLENGE,
};

/** For a temporary failure: the call was not applied and should be sent again. */
export function busyReply(seconds: number): VendorReply {
  const sentence = 'The call could not be taken in at present; send it again.';
  return { status: 503, ...failureForm(sentence, 503), headers: { 'retry-after': String(seconds) } };
}

/** A refusal by the server itself, in Increff's form. */
export function failureForm(sentence: string, status: number): Pick<VendorReply, 'contentType' | 'body'> {
  if (status === 429) return errorBody('TOO_MANY_REQUESTS', sentence);
  if (status === 503) return errorBody('UNAVAILABLE', sentence);
  return errorBody(status >= 500 ? 'INTERNAL' : 'BAD_DATA', sentence);
}

function errorBody(code: ErrorCode, description: string): Pick<VendorReply, 'contentType' | 'body'> {
  return { contentType: CONTENT_TYPE, body: JSON.stringify({ code, message: MESSAGES[code], description }) };
}
