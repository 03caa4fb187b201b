import { createHash } from 'node:crypto';
import { canonicalJson, numberText, type JsonObject, type JsonValue } from '../../json/strict-json';
import { sameSecret } from '../shared/hashes';

/** The members of the envelope that are signed beside `data`, in the order in which they are. */
const SIGNED_BEFORE_DATA = ['action', 'app_key'] as const;
const SIGNED_BEHIND_DATA = ['format', 'platform', 'sign_method', 'timestamp', 'version'] as const;

/**
 * What a signature is over, beside the secret at both ends: each name with its value, without separators. `data` is canonical
 * (keys sorted, compact, nulls left out), whatever it looked like on the way.
 */
export function signedText(envelope: JsonObject): string {
  const named = (name: string): string => name + textOf(envelope[name]);
  const { data } = envelope;
  const dataText = data === undefined ? '' : canonicalJson(data, { sortKeys: true, dropNulls: true });
  return [...SIGNED_BEFORE_DATA.map(named), `data${dataText}`, ...SIGNED_BEHIND_DATA.map(named)].join('');
}

/** The upper-case hex digits of MD5 over `secret + signed text + secret`: `sign` with the token, `client_sign` with the client secret. */
export function winitSign(signed: string, secret: string): string {
  return createHash('md5')
    .update(secret + signed + secret)
    .digest('hex')
    .toUpperCase();
}

/** Whether a signature as sent, in either case, is the one by this secret. */
export function isSignedBy(signed: string, sent: string, secret: string): boolean {
  return sameSecret(sent.toUpperCase(), winitSign(signed, secret));
}

/** A member of the envelope as it is signed: a number as it was written; empty where there is none. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : (numberText(value) ?? '');
}
