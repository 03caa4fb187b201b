import { hash, randomBytes } from 'node:crypto';

/** The ids in an API key. */
export interface KeyIds {
  readonly tenantId: string;
  readonly keyId: string;
}

/** What keys begin with, so that a scanner for secrets can tell those that may stand in a web page. */
const PREFIXES = { SECRET: 'sb', PUBLISHABLE: 'sbpk' } as const;

/** Both parts have a fixed length, since base64url may contain the underscore between them. */
const FORM = /^(?:sb|sbpk)_([\w-]{43})_([\w-]{43})$/;

const RANDOM_BYTES = 26;
/** What guesses and typing errors are refused by, without a look-up. */
const CHECKSUM_BYTES = 6;

/**
 * A new key: `sb_`, or `sbpk_` for a publishable one, + base64url(tenant id ‖ key id) + `_` + base64url(208 random bits ‖
 * 48 bits of checksum).
 */
export function newApiKey({ tenantId, keyId }: KeyIds, kind: keyof typeof PREFIXES = 'SECRET'): string {
  const ids = Buffer.from((tenantId + keyId).replaceAll('-', ''), 'hex');
  const random = randomBytes(RANDOM_BYTES);
  const secret = Buffer.concat([random, checksumOf(ids, random)]);
  return `${PREFIXES[kind]}_${ids.toString('base64url')}_${secret.toString('base64url')}`;
}

const checksumOf = (ids: Buffer, random: Buffer): Buffer =>
  hash('sha256', Buffer.concat([ids, random]), 'buffer').subarray(0, CHECKSUM_BYTES);

/** The part of a key with its ids and without its secret; undefined when the text isn't a key that was given out. */
export function publicPartOf(key: string): string | undefined {
  const [, ids = '', secret = ''] = FORM.exec(key) ?? [];
  const bytes = Buffer.from(secret, 'base64url');
  const [random, checksum] = [bytes.subarray(0, RANDOM_BYTES), bytes.subarray(RANDOM_BYTES)];
  const isKey = checksum.equals(checksumOf(Buffer.from(ids, 'base64url'), random));
  return isKey ? ids : undefined;
}

/** The ids in such a part. */
export function idsInApiKey(publicPart: string): KeyIds {
  const hex = Buffer.from(publicPart, 'base64url').toString('hex');
  return { tenantId: uuid(hex.slice(0, 32)), keyId: uuid(hex.slice(32)) };
}

function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
