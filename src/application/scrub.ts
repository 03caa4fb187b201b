import type { Connection } from './connections';

const REDACTED = '[redacted]';
/** A shorter text is likely to stand somewhere by chance. */
const SHORTEST_SECRET = 6;
/** Accounts are kept with the secrets that belong to them, and are none themselves. */
const ACCOUNTS: ReadonlySet<string> = new Set(['userName', 'clientId']);

/** A text to be stored, without the connection's secrets, wherever in it they stand. */
export function withoutSecrets(text: string, { secrets }: Pick<Connection, 'secrets'>): string {
  let scrubbed = text;
  for (const [name, secret] of Object.entries(secrets)) {
    if (ACCOUNTS.has(name) || secret.length < SHORTEST_SECRET) continue;
    scrubbed = scrubbed.replaceAll(secret, REDACTED);
  }
  return scrubbed;
}
