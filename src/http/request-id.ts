import type { IncomingMessage } from 'node:http';
import { uuidv7 } from 'uuidv7';

export const REQUEST_ID_HEADER = 'x-request-id';

/** Safe to log, to echo and to put into a URN: no line breaks and no markup. */
const SAFE_REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** The id of a request in logs and answers: the client's own if it is safe, otherwise a new UUIDv7. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers[REQUEST_ID_HEADER];
  return typeof given === 'string' && SAFE_REQUEST_ID.test(given) ? given : uuidv7();
}
