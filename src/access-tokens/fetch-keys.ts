import type { JSONWebKeySet, JWK } from 'jose';
import { isLoopback, type TokenIssuer } from '../application/ports/token-issuers';
import type { Reach } from './addresses';
import { FetchError, fetchJson } from './fetch-json';
import { TOKEN_LIMITS } from './limits';

/** The parts of an issuer's configuration that say where its keys are. */
export type KeyPlace = Pick<TokenIssuer, 'issuer' | 'jwksUrl' | 'privateNetwork'>;

/** Fetches the keys of an issuer. Rejects with FetchError. */
export async function fetchKeys({ issuer, jwksUrl, privateNetwork }: KeyPlace): Promise<JSONWebKeySet> {
  const signal = AbortSignal.timeout(TOKEN_LIMITS.fetchMs);
  const reach: Reach = {
    privateNetwork,
    // What an issuer elsewhere says of its keys must not lead to this machine.
    loopback: privateNetwork || isLoopback(new URL(jwksUrl ?? issuer)),
  };
  return usableKeys(await fetchJson(jwksUrl ?? (await discover(issuer, reach, signal)), reach, signal));
}

/** OpenID Connect Discovery 1.0, section 4: the document has to name the issuer that it was asked for. */
async function discover(issuer: string, reach: Reach, signal: AbortSignal): Promise<string> {
  const document = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, reach, signal);
  if (!isObject(document)) throw new FetchError('its discovery document is not an object');
  if (document['issuer'] !== issuer) throw new FetchError('its discovery document is of another issuer');
  const jwksUri = document['jwks_uri'];
  if (typeof jwksUri !== 'string') throw new FetchError('its discovery document has no jwks_uri');
  return jwksUri;
}

/** What is kept of a key: no certificates, and nothing private. */
const MEMBERS = ['kty', 'kid', 'alg', 'use', 'n', 'e', 'crv', 'x', 'y'] as const;
/** An RSA key of 2,048 bits. */
const LEAST_MODULUS_CHARACTERS = 342;

/** The keys of a set that can verify signatures. Keys of other kinds are left out, as RFC 7517, section 5, says. */
function usableKeys(document: unknown): JSONWebKeySet {
  const all = isObject(document) ? document['keys'] : undefined;
  if (!Array.isArray(all)) throw new FetchError('its set of keys has no list "keys"');
  if (all.length > TOKEN_LIMITS.keys) throw new FetchError(`its set has more than ${TOKEN_LIMITS.keys} keys`);
  const keys = all.filter(isObject).filter(isForSignatures).map(publicPart);
  if (keys.length === 0) throw new FetchError('its set has no public key for signatures');
  return { keys };
}

function isForSignatures({ kty, use, key_ops: operations, n, d, ...others }: Members): boolean {
  const texts = [kty, use, n, ...MEMBERS.map((name) => others[name])].filter((value) => value !== undefined);
  if (!texts.every((value) => typeof value === 'string' && value.length <= TOKEN_LIMITS.keyCharacters)) return false;
  // Whoever reads a private key that is public can sign with it.
  if (!['RSA', 'EC', 'OKP'].includes(kty as string) || d !== undefined) return false;
  const isWeak = kty === 'RSA' && !(typeof n === 'string' && n.length >= LEAST_MODULUS_CHARACTERS);
  const isToVerify = operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
  return !isWeak && isToVerify && (use === undefined || use === 'sig');
}

const publicPart = (key: Members): JWK =>
  Object.fromEntries(MEMBERS.filter((name) => key[name] !== undefined).map((name) => [name, key[name]]));

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
