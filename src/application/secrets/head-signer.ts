import { createPrivateKey, createPublicKey, hash, sign } from 'node:crypto';
import type { HeadSigner, PublicKeyJwk } from '../ports/heads';

/** What PKCS #8 writes before the 32 bytes of an Ed25519 key (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** @param secret the 32 bytes of an Ed25519 private key */
export function createHeadSigner(secret: Uint8Array): HeadSigner {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, secret]), format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  const kid = hash('sha256', Buffer.from(x, 'base64url'), 'hex').slice(0, 32);
  const publicKey: PublicKeyJwk = { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid, x };
  return {
    publicKeys: { keys: [publicKey] },
    sign({ tenantId, sequence, hash: head, root }) {
      // Members in the order of RFC 8785, so that anyone can write the same bytes.
      const statement = { hash: head, key: kid, ...(root === null ? {} : { root }), sequence, tenant: tenantId, v: 1 };
      const signature = sign(null, Buffer.from(JSON.stringify(statement)), key).toString('base64');
      return { signature, line: JSON.stringify({ ...statement, signature }) };
    },
  };
}
