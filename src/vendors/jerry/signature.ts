import { createHash } from 'node:crypto';
import { canonicalJson, isJsonObject, type CanonicalJsonOptions, type ParsedJson } from '../../json/strict-json';
import { sameSecret } from '../shared/hashes';

/** What the page leaves open about its digest `$USERNAME+$APIPASSWORD+goods+key`: how `goods` becomes text … */
export const SERIALISATIONS = ['raw', 'compact', 'compactSorted', 'compactNoNulls'] as const;
export type Serialisation = (typeof SERIALISATIONS)[number];

/** … and how the 16 bytes of the MD5 become text. Hex is lower case. */
export const ENCODINGS = ['hex', 'base64'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** One reading of the page. A connection has exactly one; several at run time would let a forger pick. */
export interface DigestVariant {
  readonly serialisation: Serialisation;
  readonly encoding: Encoding;
}

/** What the digest is made with, beside the goods. */
export interface DigestSecrets {
  readonly userName: string;
  readonly apiPassword: string;
  readonly key: string;
}

const CANONICAL = {
  compact: { sortKeys: false, dropNulls: false },
  compactSorted: { sortKeys: true, dropNulls: false },
  compactNoNulls: { sortKeys: false, dropNulls: true },
} satisfies Record<Exclude<Serialisation, 'raw'>, CanonicalJsonOptions>;

/** The text of `goods` that the digest is over: for `raw` the exact slice of the body; undefined where there is no `goods`. */
export function goodsText(message: ParsedJson, serialisation: Serialisation): string | undefined {
  if (serialisation === 'raw') return message.memberText('goods');
  const goods = isJsonObject(message.value) ? message.value['goods'] : undefined;
  return goods === undefined ? undefined : canonicalJson(goods, CANONICAL[serialisation]);
}

/** MD5 over the UTF-8 bytes of `userName + apiPassword + goods + key`, without separators. */
export function jerryDigest(secrets: DigestSecrets, goods: string, encoding: Encoding): string {
  return createHash('md5')
    .update(secrets.userName + secrets.apiPassword + goods + secrets.key)
    .digest(encoding);
}

/** Whether a message's `sign` is the digest of its `goods` by this variant. */
export function isSignedBy(message: ParsedJson, sign: string, secrets: DigestSecrets, variant: DigestVariant): boolean {
  const goods = goodsText(message, variant.serialisation);
  return goods !== undefined && sameSecret(sign, jerryDigest(secrets, goods, variant.encoding));
}

/**
 * The variants by which a captured message's `sign` verifies, so that an operator can pin one. Several may: for goods without
 * white space or nulls they are the same text. For a tool at the console only, never for a delivery.
 */
export function probeVariants(message: ParsedJson, sign: string, secrets: DigestSecrets): readonly DigestVariant[] {
  return SERIALISATIONS.flatMap((serialisation) => ENCODINGS.map((encoding) => ({ serialisation, encoding }))).filter(
    (variant) => isSignedBy(message, sign, secrets, variant),
  );
}
