import { SCOPES, type Scope } from '../application/ports/access';
import type { TokenIssuer } from '../application/ports/token-issuers';
import type { TokenClaims } from './read-token';

/** The scopes that a token allows: those in its claim that its issuer may give. Others are for other services. */
export function scopesOf({ all }: TokenClaims, { scopeClaim, scopePrefix, scopes }: TokenIssuer): ReadonlySet<Scope> {
  const claim = all[scopeClaim];
  const named = new Set(typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : []);
  return new Set(SCOPES.filter((scope) => scopes.includes(scope) && named.has(scopePrefix + scope)));
}
