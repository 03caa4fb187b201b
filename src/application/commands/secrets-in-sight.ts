import type { UserError } from '../../domain/errors';
import type { Connection } from '../ports/connections';
import { redactorOf } from '../secrets/redactor';

/**
 * What nobody writes but a gateway that gives out secrets: our API keys, secrets of Standard Webhooks, and 256 random
 * bits in base64url, as our tokens and generated secrets have them.
 */
const LOOKALIKES =
  /\bsb_[\w-]{43}_[\w-]{43}|whsec_[\w+/=]{24,}|(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{43}(?![\w-])/g;

/** A text that somebody gave, for a sentence about it: without what looks like one of our secrets. */
export const withoutLookalikes = (text: string): string => text.replace(LOOKALIKES, '[redacted]');

/** The parts of a connection that anybody sees who may list it, and that audit entries keep. */
type Parts = Pick<Connection, 'name' | 'locationCode' | 'settings' | 'secrets'>;

/**
 * Finds secrets in what is shown of a connection. They are refused, because what is stored once stays in the audit. A
 * secret that is so short that it could stand there by chance is not looked for.
 *
 * @param secretsBefore also looked for, together with what looks like a secret: of names and settings that are new
 */
export function secretsInSight(
  { name, locationCode, settings, secrets }: Parts,
  secretsBefore?: readonly Connection['secrets'][],
): UserError[] {
  const texts = { name, location: locationCode ?? '', settings: JSON.stringify(settings) };
  const has = (text: string, known: Connection['secrets']): boolean =>
    redactorOf({ secrets: known }).text(text) !== text;
  const hasSecret = (text: string): boolean =>
    has(text, secrets) ||
    (secretsBefore !== undefined &&
      (secretsBefore.some((known) => has(text, known)) || withoutLookalikes(text) !== text));
  return Object.entries(texts)
    .filter(([, text]) => hasSecret(text))
    .map(([field]) => ({
      ...{ code: 'INVALID_INPUT', field: [field] },
      message: `${field} contains a secret, and would be shown: give secrets as secrets, which are encrypted.`,
    }));
}
