import { lengthPrefixed, type Sha256 } from './hashing';
import { haveSameDimensions, type StockDimensions, type StockKey } from './stock-key';

/** Version of the derivation. A level keeps the id it was made with, so a change here needs a new version, not an edit. */
const LEVEL_ID_VERSION = 'stockbridge.level.1';

/**
 * The id of a stock level, derived from its key (docs/ledger-format.md): the first 128 bits of SHA-256 over the
 * version and the key's components, each with its length, written as a UUID of version 8 (RFC 9562, section 5.8).
 */
export function levelId(key: StockKey, sha256: Sha256): string {
  const named = lengthPrefixed([LEVEL_ID_VERSION, key.itemId, key.locationId]);
  return uuidFromHex(sha256(named + dimensionsText(key)), '8');
}

/** The dimensions that were written last, as text: most keys have the same. */
let written: { readonly dimensions: StockDimensions; readonly text: string } | undefined;

function dimensionsText(dimensions: StockDimensions): string {
  if (written && haveSameDimensions(written.dimensions, dimensions)) return written.text;
  const { owner, pool, channel, condition, packaging, barcode, lot, bucket } = dimensions;
  const text = lengthPrefixed([owner, pool, channel, condition, packaging, barcode, lot, bucket]);
  written = { dimensions: { owner, pool, channel, condition, packaging, barcode, lot, bucket }, text };
  return text;
}

/** A stock key and the id of its level, carried together so that the key is hashed once. */
export interface LevelKey {
  readonly key: StockKey;
  readonly levelId: string;
}

export const levelKeyOf = (key: StockKey, sha256: Sha256): LevelKey => ({ key, levelId: levelId(key, sha256) });

/** Lays out the first 32 hex digits as a UUID with the given version digit and the RFC 9562 variant. */
export function uuidFromHex(hex: string, version: string): string {
  const variant = ((parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${version}${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
