import type { VendorReply } from '../shared/webhook';

/** Error codes of Jerry's other calls; our failures name them in the message. */
const REFUSALS = {
  INVALID_PARAMETER: { code: 10, title: 'invalid parameter', status: 400 },
  BAD_CREDENTIALS: { code: 101, title: 'bad API key', status: 401 },
  BAD_SIGNATURE: { code: 104, title: 'bad signature', status: 401 },
} as const;

/** Why a whole delivery is refused. */
export interface Refusal {
  readonly kind: keyof typeof REFUSALS;
  /** What to fix, in a sentence that quotes nothing of the body. */
  readonly detail: string;
}

const CONTENT_TYPE = 'application/json';

/** RFC 9110, section 15.5.2, asks for a challenge with a 401. */
const CHALLENGE = { 'www-authenticate': 'JerryDigest realm="jerry"' };

export const SUCCESS: VendorReply = {
  status: 200,
  contentType: CONTENT_TYPE,
  body: '{"Status":0,"Message":"success"}',
};

/** Jerry's form of a failure. */
export function failureForm(message: string): Pick<VendorReply, 'contentType' | 'body'> {
  return { contentType: CONTENT_TYPE, body: JSON.stringify({ Status: 1, Message: message }) };
}

export function refusalReply({ kind, detail }: Refusal): VendorReply {
  const { code, title, status } = REFUSALS[kind];
  const reply = { status, ...failureForm(`${code} ${title}: ${detail}`) };
  return status === 401 ? { ...reply, headers: CHALLENGE } : reply;
}

/** For a temporary failure: the delivery was not stored and should be sent again. */
export function busyReply(seconds: number): VendorReply {
  return {
    status: 503,
    ...failureForm('The delivery could not be taken in at present; send it again.'),
    headers: { 'retry-after': String(seconds) },
  };
}
