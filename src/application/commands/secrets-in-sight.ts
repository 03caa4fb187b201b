import type { UserError } from '../../domain/errors';
import type { Connection } from '../ports/connections';
import { redactSecrets } from './redact-secrets';

/**
 * What nobody writes but a gateway that gives out secrets: our API keys, secrets of Standard Webhooks, and 256 random
 * bits in base64url, as our tokens and generated secrets have them.
 */
const LOOKALIKES =
  /\bsb_[\w-]{43}_[\w-]{43}|whsec_[\w+/=]{24,}|(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{43}(?![\w-])/g;

/** A text that somebody gave, for a sentence about it: without what looks like one of our secrets. */
export const withoutLookalikes = (text: string): string => text.replace(LOOKALIKES, '[redacted]');

/**
 * Secrets in the parts of a connection that anybody sees who may list it, and that audit entries keep. They are refused,
 * because what is stored once stays in the audit. A secret that is too short to tell by chance is not looked for.
 */
export function secretsInSight(connection: Connection, secretsBefore: Connection['secrets']): UserError[] {
  const texts = {
    name: connection.name,
    location: connection.locationCode ?? '',
    settings: JSON.stringify(connection.settings),
  };
  const hasSecret = (text: string): boolean =>
    redactSecrets(text, connection) !== text ||
    redactSecrets(text, { secrets: secretsBefore }) !== text ||
    withoutLookalikes(text) !== text;
  return Object.entries(texts)
    .filter(([, text]) => hasSecret(text))
    .map(([field]) => ({
      ...{ code: 'INVALID_INPUT', field: [field] },
      message: `${field} contains a secret, and would be shown: give secrets as secrets, which are encrypted.`,
    }));
}
