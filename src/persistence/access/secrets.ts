import { createCipheriv, createDecipheriv, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { OperatorError } from '../../application/ports/failures';

/** A connection's secrets by name, such as `apiPassword`. */
export type Secrets = Readonly<Record<string, string>>;

/** The connection that secrets belong to. Sealed secrets open only for the connection they were sealed for. */
interface SecretOwner {
  readonly tenantId: string;
  readonly connectionId: string;
}

/** Encrypts connection secrets for the database. */
export interface SecretBox {
  /** The id of the key that it seals with: 16 hex digits of a hash, which tell nothing about the key. */
  readonly presentKeyId: string;
  /** The ids of all keys that it opens with. */
  readonly keyIds: ReadonlySet<string>;
  seal(secrets: Secrets, owner: SecretOwner): Buffer;
  /** Throws SecretKeyError when they were sealed with a key it lacks or for another connection, or were changed. */
  open(sealed: Uint8Array, owner: SecretOwner): Secrets;
}

/** Connection secrets can't be decrypted with the gateway's keys. */
export class SecretKeyError extends OperatorError {
  override readonly name = 'SecretKeyError';
}

/** Bytes of a key: AES-256. */
const SECRET_KEY_BYTES = 32;

/** The first byte of sealed secrets says their form. Form 1 does not say which key they are under, and is only read. */
const [FORM_WITHOUT_KEY_ID, FORM] = [1, 2];
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

/**
 * Sealed bytes, form 2: the form ‖ key id (8 bytes) ‖ nonce (12 bytes, random) ‖ AES-256-GCM of the JSON text ‖ tag (16
 * bytes), with form, key id, tenant and connection as additional data. Form 1 is the same without the key id.
 *
 * @param present the key that secrets are sealed with
 * @param others further keys that stored secrets may be under
 */
export function createSecretBox(present: Uint8Array, ...others: readonly Uint8Array[]): SecretBox {
  const keys = new Map([present, ...others].map((key) => [keyIdOf(key), key]));
  const presentKeyId = keyIdOf(present);
  const header = sealedUnder(presentKeyId);
  return {
    presentKeyId,
    keyIds: new Set(keys.keys()),
    seal(secrets, owner) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, present, nonce).setAAD(boundTo(owner, header));
      const text = Buffer.concat([cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()]);
      return Buffer.concat([header, nonce, text, cipher.getAuthTag()]);
    },
    open(sealed, owner) {
      const keyId = keyIdOfSealed(sealed);
      if (keyId === null) return openWithAny([...keys.values()], sealed, owner);
      const key = keys.get(keyId);
      if (!key) throw cannotOpen(owner, `they are under the key ${keyId}; add it to ${WHERE_KEYS_ARE}`);
      return openWith(key, sealed, owner, sealed.subarray(0, header.length));
    },
  };
}

/** What an operator is told to look at. */
export const WHERE_KEYS_ARE = 'STOCKBRIDGE_SECRET_KEY (or DATA_DIR/secret.key)';

function keyIdOf(key: Uint8Array): string {
  if (key.length !== SECRET_KEY_BYTES) throw new SecretKeyError(`The secret key must have ${SECRET_KEY_BYTES} bytes.`);
  const digest = hash('sha256', Buffer.concat([Buffer.from('stockbridge.secret-key-id.1:'), key]), 'buffer');
  return digest.toString('hex', 0, KEY_ID_BYTES);
}

/** How secrets begin that are sealed with a key. */
export function sealedUnder(keyId: string): Buffer {
  return Buffer.concat([Uint8Array.of(FORM), Buffer.from(keyId, 'hex')]);
}

/** The id of the key that secrets are sealed with; null where they do not say it. */
export function keyIdOfSealed(sealed: Uint8Array): string | null {
  return sealed[0] === FORM ? Buffer.from(sealed.subarray(1, 1 + KEY_ID_BYTES)).toString('hex') : null;
}

/** Opens secrets of form 1. */
function openWithAny(keys: readonly Uint8Array[], sealed: Uint8Array, owner: SecretOwner): Secrets {
  for (const key of keys) {
    try {
      return openWith(key, sealed, owner, Buffer.of(FORM_WITHOUT_KEY_ID));
    } catch (error) {
      if (!(error instanceof SecretKeyError)) throw error;
    }
  }
  throw cannotOpen(owner, `start with the ${WHERE_KEYS_ARE} that they were stored with`);
}

/** @param header what has to stand before the nonce */
function openWith(key: Uint8Array, sealed: Uint8Array, owner: SecretOwner, header: Uint8Array): Secrets {
  const changed = 'they were changed, or stored for another connection';
  if (sealed[0] !== header[0] || sealed.length < header.length + NONCE_BYTES + TAG_BYTES) {
    throw cannotOpen(owner, changed);
  }
  const nonceEnd = header.length + NONCE_BYTES;
  const nonce = sealed.subarray(header.length, nonceEnd);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(boundTo(owner, header));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const text = Buffer.concat([decipher.update(sealed.subarray(nonceEnd, -TAG_BYTES)), decipher.final()]);
    return JSON.parse(text.toString('utf8')) as Secrets;
  } catch (error) {
    throw cannotOpen(owner, changed, error);
  }
}

function boundTo({ tenantId, connectionId }: SecretOwner, header: Uint8Array): Buffer {
  const keyId = Buffer.from(header.subarray(1)).toString('hex');
  const form = `stockbridge.secrets.${header[0] ?? ''}${keyId === '' ? '' : `:${keyId}`}`;
  return Buffer.from(`${form}:${tenantId}:${connectionId}`);
}

function cannotOpen({ connectionId }: SecretOwner, why: string, cause?: unknown): SecretKeyError {
  return new SecretKeyError(`The secrets of connection ${connectionId} can't be decrypted: ${why}`, { cause });
}

/** A new secret of 256 random bits, as 43 characters of base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * SHA-256 of a secret of ours, which the database stores. It needs no salt or stretching: 256 random bits can't be
 * guessed, and a key is checked on every request.
 */
export function hashSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

/** Compares in a time that doesn't reveal where they differ. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
