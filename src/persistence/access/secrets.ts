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
  seal(secrets: Secrets, owner: SecretOwner): Buffer;
  /** Throws SecretKeyError when they were sealed with another key or for another connection, or were changed. */
  open(sealed: Uint8Array, owner: SecretOwner): Secrets;
}

/** Connection secrets can't be decrypted with the gateway's key. */
export class SecretKeyError extends OperatorError {
  override readonly name = 'SecretKeyError';
}

/** Bytes of the key: AES-256. */
const SECRET_KEY_BYTES = 32;

/** The first byte of sealed secrets, so that the form can change later. */
const FORM = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

/**
 * Sealed bytes, form 1: the form ‖ nonce (12 bytes, random) ‖ AES-256-GCM of the JSON text ‖ tag (16 bytes), with form,
 * tenant and connection as additional data.
 */
export function createSecretBox(key: Uint8Array): SecretBox {
  if (key.length !== SECRET_KEY_BYTES) throw new SecretKeyError(`The secret key must have ${SECRET_KEY_BYTES} bytes.`);
  return {
    seal(secrets, owner) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce).setAAD(boundTo(owner));
      const text = Buffer.concat([cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()]);
      return Buffer.concat([Uint8Array.of(FORM), nonce, text, cipher.getAuthTag()]);
    },
    open(sealed, owner) {
      if (sealed[0] !== FORM || sealed.length < 1 + NONCE_BYTES + TAG_BYTES) throw cannotOpen(owner);
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
      const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(boundTo(owner));
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      try {
        const text = Buffer.concat([decipher.update(sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
        return JSON.parse(text.toString('utf8')) as Secrets;
      } catch (error) {
        throw cannotOpen(owner, error);
      }
    },
  };
}

function boundTo({ tenantId, connectionId }: SecretOwner): Buffer {
  return Buffer.from(`stockbridge.secrets.${FORM}:${tenantId}:${connectionId}`);
}

function cannotOpen({ connectionId }: SecretOwner, cause?: unknown): SecretKeyError {
  return new SecretKeyError(
    `The secrets of connection ${connectionId} can't be decrypted: start with the STOCKBRIDGE_SECRET_KEY (or DATA_DIR/secret.key) that they were stored with`,
    { cause },
  );
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
