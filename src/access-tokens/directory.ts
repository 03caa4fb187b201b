import { errors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { SCOPE_SETS, type Scope } from '../application/ports/access';
import {
  MAX_TOKEN_ISSUERS,
  type AccessTokenDirectory,
  type TokenClients,
  type TokenIssuer,
  type TokenIssuerDirectory,
  type TokenRefusal,
} from '../application/ports/token-issuers';
import { fetchKeys, type KeyPlace } from './fetch-keys';
import { IssuerKeys, type Clock } from './issuer-keys';
import { TOKEN_LIMITS } from './limits';
import { readToken, refuse, type TokenClaims } from './read-token';
import { scopesOf } from './scopes';

interface Deps {
  readonly issuers: TokenIssuerDirectory;
  readonly clients: TokenClients;
  /** Is told when the keys of an issuer cannot be fetched. */
  readonly warn: (message: string, error: unknown) => void;
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  /** For how long keys are used. */
  readonly clock?: Clock;
}

/** Accepts the access tokens of the issuers that tenants have. */
export function createAccessTokenDirectory(deps: Deps): AccessTokenDirectory {
  const keysOf = keysByPlace(deps);
  return {
    async authenticate(token) {
      const read = readToken(token, deps.nowMs());
      if ('fault' in read) return read;
      const { claims, algorithm } = read;
      const fitting = (await deps.issuers.byIssuer(claims.iss)).filter((issuer) => fits(claims, issuer));
      const [issuer, another] = fitting;
      if (!issuer) return refuse('is of no issuer and audience that are accepted here');
      if (another) return refuse('is for several audiences here: ask its issuer for a token with one of them');
      if (!issuer.algorithms.includes(algorithm)) return refuse(`is signed with ${algorithm}, which is not accepted`);
      const refusal = await verify(token, issuer, keysOf(issuer), deps.nowMs());
      if (refusal) return refusal;
      const scopes = scopesOf(claims, issuer);
      const client = await deps.clients.clientOf(issuer, claims.sub, mayChange(scopes));
      const { tenantId, issuerId } = issuer;
      const principal = {
        tenantId,
        ...client,
        keyId: null,
        scopes,
        inventoryOrganisations: false,
        limits: null,
        origins: null,
        addresses: null,
      };
      return { principal, issuerId };
    },
  };
}

/** The keys of each place, fetched once for all tenants that have it. */
function keysByPlace({ warn, clock }: Deps): (place: KeyPlace) => IssuerKeys {
  const known = new LRUCache<string, IssuerKeys>({ max: MAX_TOKEN_ISSUERS });
  return (place) => {
    const { issuer, jwksUrl, privateNetwork } = place;
    const name = JSON.stringify([issuer, jwksUrl, privateNetwork]);
    const onFault = (error: unknown): void => {
      warn(`the keys of the token issuer ${issuer} cannot be fetched`, error);
    };
    const keys = known.get(name) ?? new IssuerKeys(() => fetchKeys(place), onFault, clock);
    known.set(name, keys);
    return keys;
  };
}

/** Whether a token says that it is for this tenant. The signature proves it later. */
const fits = ({ aud, all }: TokenClaims, { audience, requiredClaim: claim }: TokenIssuer): boolean =>
  aud.includes(audience) && (claim === null || all[claim.name] === claim.value);

async function verify(
  token: string,
  { issuer, audience, algorithms, clockToleranceSeconds }: TokenIssuer,
  keys: IssuerKeys,
  nowMs: number,
): Promise<TokenRefusal | undefined> {
  const currentDate = new Date(nowMs);
  const options = { issuer, audience, algorithms: [...algorithms], clockTolerance: clockToleranceSeconds, currentDate };
  try {
    // A bounded age also refuses what is issued in the future.
    await jwtVerify(token, keys.find, { ...options, maxTokenAge: TOKEN_LIMITS.lifetimeSeconds });
    return undefined;
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    return refuse(faultOf(error));
  }
}

const mayChange = (scopes: ReadonlySet<Scope>): boolean =>
  [...scopes].some((scope) => !(SCOPE_SETS.read as readonly Scope[]).includes(scope));

/** What is wrong, in words that tell nothing about the configuration. */
function faultOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return ['nbf', 'iat'].includes(error.claim) ? 'is not valid yet' : `has no usable claim ${error.claim}`;
  }
  return error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey
    ? 'has a signature of an unknown key, or one that is wrong'
    : 'has a signature that cannot be checked';
}
