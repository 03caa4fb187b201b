import type { VendorReply } from '../shared/webhook';

const CONTENT_TYPE = 'text/plain';

/** The page: "just return success, without quotes, commas or anything else". */
export const SUCCESS: VendorReply = { status: 200, contentType: CONTENT_TYPE, body: 'success' };

/** Winit's form of a failure has no room for a cause, so the log has it. */
export function failureForm(): Pick<VendorReply, 'contentType' | 'body'> {
  return { contentType: CONTENT_TYPE, body: 'fail' };
}

/** @param retryAfterSeconds given when sending the message again can help */
export function failureReply(status: 500 | 200, retryAfterSeconds?: number): VendorReply {
  const reply = { status, ...failureForm() };
  return retryAfterSeconds === undefined ? reply : { ...reply, headers: { 'retry-after': String(retryAfterSeconds) } };
}

/** For a path that belongs to no connection. RFC 9110, section 15.5.2, asks for a challenge. */
export const UNKNOWN_PATH: VendorReply = {
  status: 401,
  ...failureForm(),
  headers: { 'www-authenticate': 'PathToken realm="winit"' },
};
