import type { Principal, Scope } from './access';

/** The algorithms that the signature of an access token can have. All are asymmetric: nobody who only checks can sign. */
export const TOKEN_ALGORITHMS = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const),
] as const;
export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];

/** Most issuers of all tenants. Every gateway keeps those that are enabled in memory. */
export const MAX_TOKEN_ISSUERS = 1_000;
/** Most seconds by which an issuer's clock may differ from ours. */
export const MAX_CLOCK_TOLERANCE_SECONDS = 300;

/** Which access tokens a tenant accepts: those that an OIDC issuer has signed for an audience. */
export interface TokenIssuer {
  readonly tenantId: string;
  readonly issuerId: string;
  /** Unique in the tenant. The names of its clients begin with it. */
  readonly name: string;
  /** The claim `iss`, byte by byte. */
  readonly issuer: string;
  /** What the claim `aud` has to be or contain. */
  readonly audience: string;
  /** A claim that tokens must have with this value, such as `org_id`; null: none. */
  readonly requiredClaim: { readonly name: string; readonly value: string } | null;
  readonly algorithms: readonly TokenAlgorithm[];
  /** The claim with the scopes: a text with spaces between them, or a list. */
  readonly scopeClaim: string;
  /** What stands before each scope in the claim; empty: nothing. */
  readonly scopePrefix: string;
  /** The most that its tokens can allow. Other scopes in the claim are ignored. */
  readonly scopes: readonly Scope[];
  /** Where its keys are; null: its discovery document says it. */
  readonly jwksUrl: string | null;
  readonly clockToleranceSeconds: number;
  /** Whether its keys may be fetched from addresses of private networks. */
  readonly privateNetwork: boolean;
}

export type TokenIssuerDraft = Omit<TokenIssuer, 'issuerId'>;

interface TokenIssuerInfo extends TokenIssuer {
  readonly createdAt: Date;
  /** Since when its tokens are refused; null: they are accepted. */
  readonly disabledAt: Date | null;
}

/** The issuers of all tenants. Running gateways follow a change within a second. */
export interface TokenIssuers {
  /**
   * Returns the new id. Throws AccessError when something in the draft is wrong, or when a token could be of this issuer
   * and of another enabled one.
   */
  add(draft: TokenIssuerDraft): Promise<string>;
  /** A tenant's issuers, including disabled ones, ordered by name. */
  list(tenantId: string): Promise<TokenIssuerInfo[]>;
  /** False when the tenant has no such issuer, or it is disabled already. */
  disable(tenantId: string, name: string): Promise<boolean>;
  /** False when the tenant has no such issuer, or it is enabled already. Throws AccessError as `add` does. */
  enable(tenantId: string, name: string): Promise<boolean>;
  /** False when the tenant has no such issuer. Its clients stay, because movements show them. */
  remove(tenantId: string, name: string): Promise<boolean>;
}

/** Finds the enabled issuers of all tenants that have this claim `iss`. Does not ask the database for each token. */
export interface TokenIssuerDirectory {
  byIssuer(issuer: string): Promise<readonly TokenIssuer[]>;
}

/** Who has sent a token: a subject of an issuer, as an API client of the tenant. */
export interface TokenClients {
  /**
   * The client of a subject. Its id follows from tenant, `iss` and `sub`, so it is the same in every gateway.
   *
   * @param isOrigin whether it may change anything. It is stored then, because movements show it.
   */
  clientOf(
    issuer: TokenIssuer,
    subject: string,
    isOrigin: boolean,
  ): Promise<Pick<Principal, 'clientId' | 'clientName'>>;
}

/** Why a token is not accepted, as a sentence for who has sent it. */
export interface TokenRefusal {
  readonly fault: string;
}

interface TokenCaller {
  readonly principal: Principal;
  readonly issuerId: string;
}

/** Recognises access tokens. Rejects with IssuerUnavailableError when the keys of the issuer are not known at present. */
export interface AccessTokenDirectory {
  authenticate(token: string): Promise<TokenCaller | TokenRefusal>;
}

/** API keys have no dot, and signed tokens have two. */
export const isAccessToken = (credential: string): boolean => credential.includes('.');

const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** Whether a URL is of this machine, where plain HTTP is allowed. */
export const isLoopback = ({ hostname }: URL): boolean => LOOPBACK_HOSTS.includes(hostname);

/** Why nothing is fetched from a URL, as the rest of a sentence; null: it can be. */
export function urlFault(text: string): string | null {
  // URL.parse would remove tabs and line breaks.
  if (!/^[\x21-\x7e]{1,255}$/.test(text) || !URL.canParse(text)) return 'is not a URL of at most 255 ASCII characters';
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    return 'has to begin with https://, or with http:// and a loopback host';
  }
  if (url.username !== '' || url.password !== '') return 'must not contain credentials';
  return url.hash === '' ? null : 'must not have a part after #';
}
