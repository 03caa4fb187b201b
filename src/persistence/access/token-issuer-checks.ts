import { AccessError, PUBLISHABLE_SCOPE } from '../../application/ports/access';
import { MAX_CLOCK_TOLERANCE_SECONDS, urlFault, type TokenIssuerDraft } from '../../application/ports/token-issuers';
import { cleanName, isBlank, shown } from '../../domain/text';

/** Names of clients have this and the subject, and fit a name together. */
const MAX_NAME_LENGTH = 60;

/** Throws AccessError with the first thing that is wrong. */
export function checkTokenIssuer(draft: TokenIssuerDraft): void {
  const { name, issuer, audience, requiredClaim, algorithms, scopes, clockToleranceSeconds: seconds } = draft;
  checkWord('name', name, MAX_NAME_LENGTH);
  checkUrl('issuer', issuer);
  // OpenID Connect Discovery 1.0, section 3: without query. The path of the discovery document is appended to it.
  if (new URL(issuer).search !== '') throw wrong('issuer', issuer, 'must not have a query');
  checkWord('audience', audience);
  if (requiredClaim !== null) {
    checkWord('name of the claim', requiredClaim.name);
    checkWord('value of the claim', requiredClaim.value);
  }
  checkWord('scope claim', draft.scopeClaim);
  if (draft.scopePrefix !== '') checkWord('scope prefix', draft.scopePrefix);
  if (draft.jwksUrl !== null) checkUrl('JWKS URL', draft.jwksUrl);
  if (algorithms.length === 0) throw new AccessError('An issuer needs at least one algorithm');
  if (scopes.length === 0) throw new AccessError('An issuer needs at least one scope that its tokens can have');
  if (scopes.includes(PUBLISHABLE_SCOPE)) {
    throw new AccessError(`${PUBLISHABLE_SCOPE} is for keys that are bound to origins, not for tokens: leave it out`);
  }
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > MAX_CLOCK_TOLERANCE_SECONDS) {
    throw wrong('clock tolerance', String(seconds), `is a whole number from 0 to ${MAX_CLOCK_TOLERANCE_SECONDS}`);
  }
}

/** Compared byte by byte with claims, so nothing is cleaned here. */
function checkWord(what: string, text: string, maxLength?: number): void {
  if (isBlank(text)) throw wrong(what, text, 'must not be empty');
  const reading = cleanName(text, maxLength);
  if ('fault' in reading) throw wrong(what, text, reading.fault);
  if (reading.name !== text) throw wrong(what, text, 'has white space around it, or is not in Unicode form NFC');
}

function checkUrl(what: string, text: string): void {
  const fault = urlFault(text);
  if (fault !== null) throw wrong(what, text, fault);
}

const wrong = (what: string, text: string, fault: string): AccessError =>
  new AccessError(`The ${what} ${JSON.stringify(shown(text))} ${fault}`);
