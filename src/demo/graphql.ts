import { send, type Reply } from './http';

/** The data of an operation, or the whole answer if there were errors. */
export type GraphqlReply<Data> = { readonly data: Data } | { readonly refused: Reply };

/** Runs an operation. `Data` is the shape that its document selects. */
export type Graphql = <Data>(
  document: string,
  variables?: Readonly<Record<string, unknown>>,
) => Promise<GraphqlReply<Data>>;

/** A client for the gateway's GraphQL API. */
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
