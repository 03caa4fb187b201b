/** One rate, as the fields `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-10 tell it. */
export interface RatePolicy {
  /** The name by which both fields mean the same rate. */
  readonly name: string;
  /** Units at once, and on average in each window. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** The draft's registry has `requests` and `content-bytes`. */
  readonly unit: string;
}

/** What is left of a rate. */
interface RateState {
  readonly name: string;
  readonly left: number;
  /** Until there is more. */
  readonly seconds: number;
}

/** The value of `RateLimit-Policy`: the same in every answer. */
export const policyField = (policies: readonly RatePolicy[]): string =>
  policies
    .map(({ name, limit, windowSeconds, unit }) => `"${name}";q=${limit};w=${windowSeconds};qu="${unit}"`)
    .join(', ');

/** The value of `RateLimit`. */
export const rateField = (states: readonly RateState[]): string =>
  states.map(({ name, left, seconds }) => `"${name}";r=${left};t=${seconds}`).join(', ');
