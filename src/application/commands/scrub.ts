import type { Connection } from '../ports/connections';

const REDACTED = '[redacted]';
/** A shorter text is likely to stand somewhere by chance. */
const SHORTEST_SECRET = 6;
/** Accounts are kept with the secrets that belong to them, and are none themselves. */
const ACCOUNTS: ReadonlySet<string> = new Set(['userName', 'clientId']);

/** A text to be stored, without the connection's secrets, wherever in it they stand. */
export function withoutSecrets(text: string, { secrets }: Pick<Connection, 'secrets'>): string {
  const written = Object.entries(secrets)
    .filter(([name, secret]) => !ACCOUNTS.has(name) && secret.length >= SHORTEST_SECRET)
    .flatMap(([, secret]) => waysToWrite(secret))
    // Of two that begin alike the longer one first, or its end would be left.
    .sort((a, b) => b.length - a.length);
  return written.reduce((scrubbed, secret) => scrubbed.replaceAll(secret, REDACTED), text);
}

/** As it is, in a JSON text, and in a form or URL. */
function waysToWrite(secret: string): string[] {
  const inForm = new URLSearchParams({ '': secret }).toString().slice(1);
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1), inForm, inForm.replaceAll('+', '%20')])];
}
