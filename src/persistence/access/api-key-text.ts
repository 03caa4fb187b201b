import { newSecret } from './secrets';

/** The ids in an API key. */
export interface KeyIds {
  readonly tenantId: string;
  readonly keyId: string;
}

/** Both parts have a fixed length, since base64url may contain the underscore between them. */
const FORM = /^sb_([\w-]{43})_[\w-]{43}$/;

/** A new key: `sb_` + base64url(tenant id ‖ key id) + `_` + base64url(256 random bits). */
export function newApiKey({ tenantId, keyId }: KeyIds): string {
  const ids = Buffer.from((tenantId + keyId).replaceAll('-', ''), 'hex');
  return `sb_${ids.toString('base64url')}_${newSecret()}`;
}

/** The part of a key with its ids and without its secret; undefined when the text doesn't have the form of a key. */
export function publicPartOf(key: string): string | undefined {
  return FORM.exec(key)?.[1];
}

/** The ids in such a part. */
export function idsInApiKey(publicPart: string): KeyIds {
  const hex = Buffer.from(publicPart, 'base64url').toString('hex');
  return { tenantId: uuid(hex.slice(0, 32)), keyId: uuid(hex.slice(32)) };
}

function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
