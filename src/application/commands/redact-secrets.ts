import type { Connection } from '../ports/connections';

const REDACTED = '[redacted]';
/** A shorter text is likely to occur somewhere by chance. */
const SHORTEST_SECRET = 6;
/** Account names are stored with their secrets, but are not secret themselves. */
const ACCOUNTS: ReadonlySet<string> = new Set(['userName', 'clientId']);

/** A connection as far as its secrets go. */
type Keeper = Pick<Connection, 'secrets' | 'previousSecrets'>;

/** Takes the connection's secrets out of a text that is to be stored, also those that a rotation has replaced. */
export function redactSecrets(text: string, { secrets, previousSecrets = {} }: Keeper): string {
  const written = [...Object.entries(secrets), ...Object.entries(previousSecrets)]
    .filter(([name, secret]) => !ACCOUNTS.has(name) && secret.length >= SHORTEST_SECRET)
    .flatMap(([, secret]) => waysToWrite(secret))
    // The longer secret first: where one begins with the other, its end would be left.
    .sort((a, b) => b.length - a.length);
  return written.reduce((redacted, secret) => withoutBeginning(redacted.replaceAll(secret, REDACTED), secret), text);
}

/** Sentences cut long values, so what is left before the ellipsis can be the beginning of a secret. */
function withoutBeginning(text: string, secret: string): string {
  const beginning = secret.slice(0, SHORTEST_SECRET);
  const kept: string[] = [];
  let done = 0;
  for (let start = text.indexOf(beginning); start >= 0; start = text.indexOf(beginning, start + 1)) {
    let end = start + beginning.length;
    while (end < text.length && text[end] === secret[end - start]) end += 1;
    if (text[end] !== '…') continue;
    kept.push(text.slice(done, start), REDACTED);
    done = end;
  }
  return kept.length === 0 ? text : kept.join('') + text.slice(done);
}

/** A body as it is stored: without the connection's secrets, and without NUL, which PostgreSQL does not keep. */
export function storedBody(body: string, connection: Keeper): string {
  return redactSecrets(body, connection).replaceAll('\0', '\uFFFD');
}

/** As it is, in a JSON text, and in a form or URL. */
function waysToWrite(secret: string): string[] {
  const inForm = new URLSearchParams({ '': secret }).toString().slice(1);
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1), inForm, inForm.replaceAll('+', '%20')])];
}
