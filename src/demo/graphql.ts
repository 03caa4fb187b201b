import { send, type Reply } from './http';

/** What GraphQL answered, or what it said instead. */
export type GraphqlReply<Data> = { readonly data: Data } | { readonly refused: Reply };

/** Runs an operation. `Data` is what its document asks for. */
export type Graphql = <Data>(
  document: string,
  variables?: Readonly<Record<string, unknown>>,
) => Promise<GraphqlReply<Data>>;

/** A client of the gateway's GraphQL: one operation a request. */
export function createGraphql(url: string, apiKey: string): Graphql {
  const ask = async (query: string, variables = {}): Promise<GraphqlReply<unknown>> => {
    const reply = await send(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, accept: 'application/graphql-response+json, application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const answer = parse(reply.body);
    return answer?.data && !answer.errors ? { data: answer.data } : { refused: reply };
  };
  return ask as Graphql;
}

function parse(body: string): { data?: unknown; errors?: unknown } | undefined {
  try {
    return JSON.parse(body) as { data?: unknown; errors?: unknown };
  } catch {
    return undefined;
  }
}
