import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { IssuerUnavailableError } from '../application/ports/failures';
import { TOKEN_LIMITS } from './limits';

interface KnownKeys {
  readonly find: JWTVerifyGetKey;
  readonly fetchedAtMs: number;
}

/** A clock in milliseconds that never goes back. */
export interface Clock {
  now(): number;
}

/**
 * The keys of one issuer. They are fetched when they are first needed, every ten minutes while tokens come, and for a token
 * with an unknown key. While the issuer is down, the known ones are used on: jose's own cache would refuse everything then.
 */
export class IssuerKeys {
  readonly #fetchKeys: () => Promise<JSONWebKeySet>;
  readonly #onFault: (error: unknown) => void;
  readonly #clock: Clock;
  #known: KnownKeys | undefined;
  #fetching: Promise<void> | undefined;
  #nextFetchAtMs = -Infinity;
  #isFailing = false;

  constructor(fetchKeys: () => Promise<JSONWebKeySet>, onFault: (error: unknown) => void, clock: Clock = performance) {
    this.#fetchKeys = fetchKeys;
    this.#onFault = onFault;
    this.#clock = clock;
  }

  /**
   * Finds the key of a token, for jose. Rejects with JWKSNoMatchingKey when the issuer has none, and with
   * IssuerUnavailableError when that cannot be said.
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const age = this.#age();
    if (age > TOKEN_LIMITS.keysKeptMs) await this.#fetch();
    else if (age > TOKEN_LIMITS.keysFreshMs) void this.#fetch();
    const known = this.#usable();
    if (!known) throw new IssuerUnavailableError();
    try {
      return await known.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw asNoKey(error);
    }
    await this.#fetch();
    // Within the cool-down now, so this ends.
    if (this.#known !== known) return this.find(header, token);
    throw this.#isFailing || this.#fetching ? new IssuerUnavailableError() : new errors.JWKSNoMatchingKey();
  };

  #usable(): KnownKeys | undefined {
    return this.#age() > TOKEN_LIMITS.keysKeptMs ? undefined : this.#known;
  }

  #age(): number {
    return this.#clock.now() - (this.#known?.fetchedAtMs ?? -Infinity);
  }

  /** Fetches the keys unless that was done a moment ago, and waits a bounded time for them. Never rejects. */
  async #fetch(): Promise<void> {
    if (!this.#fetching && this.#clock.now() < this.#nextFetchAtMs) return;
    this.#fetching ??= this.#fetchOnce().finally(() => {
      this.#fetching = undefined;
    });
    let timer: NodeJS.Timeout | undefined;
    const waited = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, TOKEN_LIMITS.waitMs);
    });
    await Promise.race([this.#fetching, waited]);
    clearTimeout(timer);
  }

  async #fetchOnce(): Promise<void> {
    try {
      const find = createLocalJWKSet(await this.#fetchKeys());
      this.#known = { find, fetchedAtMs: this.#clock.now() };
      this.#isFailing = false;
    } catch (error) {
      this.#isFailing = true;
      this.#onFault(error);
    }
    this.#nextFetchAtMs = this.#clock.now() + (this.#isFailing ? TOKEN_LIMITS.retryMs : TOKEN_LIMITS.coolDownMs);
  }
}

/** A key that cannot be imported, such as a point beside its curve, is no key. */
const asNoKey = (error: unknown): unknown =>
  error instanceof errors.JOSEError ? error : new errors.JWKSNoMatchingKey(undefined, { cause: error });
