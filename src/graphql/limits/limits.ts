/** The published limits of the GraphQL edge. */
export const GRAPHQL_LIMITS = {
  /** Largest request body, in bytes. */
  bodyBytes: 100_000,
  /** Fields below each other, introspection left out. */
  depth: 10,
  /** Lexical tokens of a document. */
  tokens: 2_000,
  /** Aliases in a document. */
  aliases: 30,
  /** Objects that an answer may come to have; see `cost.ts`. */
  cost: 20_000,
  /** Compiled queries that are kept, and documents whose cost is. */
  cachedQueries: 500,
} as const;
