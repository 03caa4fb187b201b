import { HTTP_LIMITS } from '../../http/limits';
import { outsideHeaders, UNREADABLE, type SecuritySchemes } from '../../http/openapi';

/** The parts that the OpenAPI descriptions of the vendors' routes have in common. */

/** The parameters of a webhook's path. */
export const TOKEN_PARAMS = {
  type: 'object',
  required: ['token'],
  properties: { token: { type: 'string', description: 'The secret of the path.' } },
} as const;

/** How a webhook proves whose it is: the path, which only its sender knows. */
export const PATH_TOKEN_SECURITY = {
  pathToken: outsideHeaders('path-token', 'The secret in the path, which `stockbridge connections create` shows.'),
} satisfies SecuritySchemes;

/** What the server can answer on a route without a body. @param failure the vendor's form of a failure */
export const serverAnswers = <Answer>(failure: (description: string) => Answer) => ({
  415: failure(UNREADABLE),
  429: failure(
    'The connection sends more than its rate, or too many requests with wrong credentials came from this address: send it again after Retry-After.',
  ),
  500: failure('A fault of the gateway.'),
  503: failure('The gateway is busy or stopping. Send the request again after Retry-After.'),
});

/**
 * What the server can answer on a route with a body.
 *
 * @param failure the vendor's form of a failure
 * @param bytes the largest body that the route takes
 */
export const bodyAnswers = <Answer>(
  failure: (description: string) => Answer,
  bytes: number = HTTP_LIMITS.bodyBytes,
) => ({
  ...serverAnswers(failure),
  413: failure(`The body is larger than ${bytes / 1024 / 1024} MiB.`),
});
