import { auditServer } from 'graphql-http';
import { GRAPHQL_LIMITS } from '../../src/graphql/limits/limits';
import { GraphqlHarness } from '../support/graphql';

/** What the gateway does otherwise than "GraphQL over HTTP" recommends or allows, and why: ADR 14. */
const DECIDED = {
  'MAY accept application/x-www-form-urlencoded formatted GET requests': 405,
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json': 405,
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json': 405,
  'SHOULD use 200 status code on document parsing failure when accepting application/json': 400,
  'SHOULD use 200 status code on document validation failure when accepting application/json': 400,
  'SHOULD use a status code of 200 on variable coercion failure when accepting application/json': 400,
};

let gateway: GraphqlHarness;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
});

afterAll(() => gateway.close());

// Known documents go around Apollo Server.
test.each([
  ['new', 0],
  ['known', GRAPHQL_LIMITS.compileAfter],
])('passes the audits of "GraphQL over HTTP" with documents that are %s', async (_documents, uses) => {
  for (let times = 0; times < uses; times += 1) await gateway.data('{ __typename }');
  const origin = gateway.app.server.listening ? gateway.app.listeningOrigin : await gateway.app.listen({ port: 0 });
  const results = await auditServer({
    url: `${origin}/graphql`,
    fetchFn: (url: string, { headers, ...init }: RequestInit = {}) =>
      fetch(url, { ...init, headers: { ...(headers as object), authorization: 'Bearer ours' } }),
  });
  expect(results.length).toBeGreaterThan(60);
  const others = results.flatMap((result) =>
    result.status === 'ok' ? [] : [[result.name, result.response.status] as const],
  );
  expect(Object.fromEntries(others)).toEqual(DECIDED);
});
