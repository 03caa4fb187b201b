import { decodeJwt, decodeProtectedHeader } from 'jose';
import {
  MAX_CLOCK_TOLERANCE_SECONDS,
  TOKEN_ALGORITHMS,
  type TokenAlgorithm,
  type TokenRefusal,
} from '../application/ports/token-issuers';
import { TOKEN_LIMITS } from './limits';

/** A token as it reads. Nothing of it is proven. */
export interface ReadToken {
  readonly algorithm: TokenAlgorithm;
  readonly claims: TokenClaims;
}

/** The claims that every token has, and any others. */
export interface TokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: readonly string[];
  readonly all: Readonly<Record<string, unknown>>;
}

/** Three parts of base64url; the signature may not be empty. */
const FORM = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** RFC 9068 says at+jwt. Many issuers say JWT, or nothing. */
const TYPES: readonly unknown[] = [undefined, 'jwt', 'at+jwt', 'application/at+jwt'];

/** Checks everything that needs no key and no configuration, so that most made-up tokens end here. */
export function readToken(token: string, nowMs: number): ReadToken | TokenRefusal {
  const { characters } = TOKEN_LIMITS;
  if (token.length > characters) return refuse(`has ${token.length} characters; at most ${characters} are taken`);
  if (!FORM.test(token)) return refuse('is not a signed JWT of three parts');
  let header: Readonly<Record<string, unknown>>;
  let all: Readonly<Record<string, unknown>>;
  try {
    header = decodeProtectedHeader(token);
    all = decodeJwt(token);
  } catch {
    return refuse('cannot be decoded: its header and its claims have to be JSON objects in base64url');
  }
  const algorithm = TOKEN_ALGORITHMS.find((known) => known === header['alg']);
  if (!algorithm) return refuse('is not signed with an asymmetric algorithm, such as RS256');
  const fault = headerFault(header) ?? timeFault(all, nowMs / 1_000);
  if (fault !== null) return refuse(fault);
  const [iss, sub, aud] = [all['iss'], all['sub'], listOf(all['aud'])];
  if (!isName(iss)) return refuse('has no usable claim iss');
  if (!isName(sub)) return refuse('has no usable claim sub');
  if (!aud) return refuse('has no usable claim aud');
  return { algorithm, claims: { iss, sub, aud, all } };
}

export const refuse = (fault: string): TokenRefusal => ({ fault: `The access token ${fault}.` });

function headerFault({ typ, kid, cty }: Readonly<Record<string, unknown>>): string | null {
  if (!TYPES.includes(typeof typ === 'string' ? typ.toLowerCase() : typ)) return 'is no access token, by its type';
  if (cty !== undefined) return 'contains another token, which is not supported';
  return kid === undefined || isName(kid) ? null : 'has no usable key id';
}

function timeFault(claims: Readonly<Record<string, unknown>>, now: number): string | null {
  const { exp, iat, nbf = iat } = claims;
  if (!isNumber(exp)) return 'has no usable claim exp';
  if (!isNumber(iat)) return 'has no usable claim iat';
  if (!isNumber(nbf)) return 'has no usable claim nbf';
  const { lifetimeSeconds } = TOKEN_LIMITS;
  if (exp - iat > lifetimeSeconds) return `is valid for longer than ${lifetimeSeconds} seconds`;
  // An issuer may tolerate less, which is checked when it is known.
  if (exp <= now - MAX_CLOCK_TOLERANCE_SECONDS) return 'has expired';
  return Math.max(iat, nbf) > now + MAX_CLOCK_TOLERANCE_SECONDS ? 'is not valid yet' : null;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= TOKEN_LIMITS.claimCharacters;

/** A text, or a list of texts, as a list. */
function listOf(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.every((entry) => typeof entry === 'string') ? list : undefined;
}
