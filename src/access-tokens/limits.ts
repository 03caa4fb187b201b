/** The limits of access tokens and of what is fetched from their issuers. */
export const TOKEN_LIMITS = {
  /** Characters of a token. */
  characters: 8_192,
  /** Characters of its claims `iss` and `sub`, and of the id of its key. */
  claimCharacters: 255,
  /** From `iat` to `exp`. */
  lifetimeSeconds: 86_400,
  /** Bytes of a discovery document, and of a set of keys. */
  documentBytes: 65_536,
  /** Keys of a set. */
  keys: 100,
  /** Characters of a member of a key: an RSA key of 8,192 bits has 1,366. */
  keyCharacters: 1_400,
  /** How long fetching the keys may take, discovery included. */
  fetchMs: 5_000,
  /** How long a request waits for them. */
  waitMs: 1_500,
  /** After this time keys are fetched again, while the known ones are still used. */
  keysFreshMs: 600_000,
  /** How long known keys are used when fetching fails. */
  keysKeptMs: 86_400_000,
  /** Between two fetches because of tokens with an unknown key. */
  coolDownMs: 10_000,
  /** Between a fetch that failed and the next one. */
  retryMs: 2_000,
} as const;
