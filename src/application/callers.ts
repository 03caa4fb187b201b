import { isPublishable, type ApiKeyDirectory, type Principal } from './ports/access';
import { isAccessToken, type AccessTokenDirectory } from './ports/token-issuers';

/** Who has sent a request, and what the log says of it. */
interface KnownCaller {
  readonly principal: Principal;
  readonly logged: {
    readonly tenantId: string;
    readonly keyId?: string;
    readonly issuerId?: string;
    readonly clientId?: string;
  };
}

/** Why nobody is known, and what to send in place of it (RFC 6750, section 3). */
interface UnknownCaller {
  readonly fault: string;
  readonly challenge: string;
}

/** A request's `Authorization` and address, and where refusals are logged. */
interface Credentials {
  readonly authorization: string | undefined;
  readonly address: string;
  readonly warn: (details: object, message: string) => void;
}

export interface CallerDirectories {
  readonly apiKeys: ApiKeyDirectory;
  readonly accessTokens: AccessTokenDirectory;
}

const CHALLENGE = 'Bearer realm="stockbridge"';
const MISSING = 'Send an API key or an access token: Authorization: Bearer <key or token>.';
/** Also for a key that is used from another address: whoever has copied it does not learn that it works elsewhere. */
const UNKNOWN_KEY = 'The API key is not known, has expired, has been revoked, or may not be used from your address.';

/** Finds out who has sent a request, by its API key or access token. */
export async function findCaller(
  directories: CallerDirectories,
  credentials: Credentials,
): Promise<KnownCaller | UnknownCaller> {
  const credential = /^Bearer +([\x21-\x7e]+)$/i.exec(credentials.authorization ?? '')?.[1];
  if (credential === undefined) return { fault: MISSING, challenge: CHALLENGE };
  const caller = isAccessToken(credential)
    ? await byToken(directories, credential)
    : await byKey(directories, credential, credentials);
  return 'fault' in caller ? { ...caller, challenge: `${CHALLENGE}, error="invalid_token"` } : caller;
}

async function byKey(
  { apiKeys }: CallerDirectories,
  key: string,
  { address, warn }: Credentials,
): Promise<KnownCaller | { fault: string }> {
  const principal = await apiKeys.authenticate(key);
  if (principal?.keyId == null) return { fault: UNKNOWN_KEY };
  const { tenantId, keyId, addresses } = principal;
  if (addresses === null || addresses.includes(address)) return { principal, logged: { tenantId, keyId } };
  warn({ tenantId, keyId, address }, 'request refused: its address is not in the ipAllowList of its API key');
  return { fault: UNKNOWN_KEY };
}

async function byToken({ accessTokens }: CallerDirectories, token: string): Promise<KnownCaller | { fault: string }> {
  const caller = await accessTokens.authenticate(token);
  if ('fault' in caller) return { fault: caller.fault };
  const { principal, issuerId } = caller;
  return { principal, logged: { tenantId: principal.tenantId, issuerId, clientId: principal.clientId } };
}

/**
 * Whether a request comes from a web page of an origin that its key is bound to. Browsers set the header, and no page can
 * change it; other programs can send any.
 */
export function isFromOriginOf({ scopes, origins }: Principal, origin: string | undefined): boolean {
  // A publishable key without origins cannot be created, and would be of no use.
  if (origins === null) return !isPublishable(scopes);
  return origin !== undefined && origins.includes(origin);
}
