/** The published limits of the GraphQL edge. */
export const GRAPHQL_LIMITS = {
  /** Largest request body, in bytes. */
  bodyBytes: 100_000,
  /** Nesting of fields. Introspection is not counted. */
  depth: 10,
  /** Lexical tokens of a document. */
  tokens: 2_000,
  /** Aliases in a document. */
  aliases: 30,
  /** Objects that a response could have, see `cost.ts`. */
  cost: 20_000,
  /** Compiled queries that are kept, and operations whose cost is kept. */
  cachedQueries: 500,
} as const;

/** The page size when neither `first` nor `last` is given. */
export const DEFAULT_PAGE_SIZE = 50;

/** Most ids that `nodes` takes at once. */
export const MAX_NODES = 300;
