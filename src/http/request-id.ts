import type { IncomingMessage } from 'node:http';
import { uuidv7 } from 'uuidv7';

export const REQUEST_ID_HEADER = 'x-request-id';

/** Safe to log, to echo and to put into a URN: nothing that could end a line or start markup. */
const SAFE_REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** The id that a request goes by in logs and answers: the client's own where it is safe, else a new UUIDv7. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers[REQUEST_ID_HEADER];
  return typeof given === 'string' && SAFE_REQUEST_ID.test(given) ? given : uuidv7();
}
