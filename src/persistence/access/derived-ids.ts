import { createHash } from 'node:crypto';
import { lengthPrefixed } from '../../domain/ledger/hashing';
import { uuidFromHex } from '../../domain/ledger/level-id';

/**
 * The id of a tenant: the first 128 bits of SHA-256 over a version and its code, as a UUID of version 8. It is derived
 * so that no two tenants have the same code, without a constraint across shards.
 */
export function tenantIdOf(code: string): string {
  return uuidFromHex(sha256('stockbridge.tenant.1', code).toString('hex'), '8');
}

/** The key by which a connection is found from the account name in a vendor's message. */
export function handleHash(kind: string, handle: string): Buffer {
  return sha256('stockbridge.handle.1', kind, handle);
}

/** The id of the API client that a subject of an issuer is. */
export function subjectClientId(tenantId: string, issuer: string, subject: string): string {
  return uuidFromHex(sha256('stockbridge.subject.1', tenantId, issuer, subject).toString('hex'), '8');
}

function sha256(...components: string[]): Buffer {
  return createHash('sha256').update(lengthPrefixed(components), 'utf8').digest();
}
