/** A tenant, API client or connection can't be made as asked; the message says why, in one line. */
export class AccessError extends Error {
  override readonly name = 'AccessError';
}
