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
  /** Fields of a document with its fragments written out. */
  fields: 5_000,
  /** Objects that a response could have, see `cost.ts`. */
  cost: 20_000,
  /** What a key may ask for in a second, unless the operator sets another rate: a sixth of what a gateway answers. */
  costPerSecond: 100_000,
  /** For so many seconds of its rate, a key can ask at once. */
  rateWindowSeconds: 10,
  /** Keys whose rates are remembered. */
  ratedKeys: 10_000,
  /** One visitor of a publishable key gets this part of its rate: 1 divided by it. */
  visitorsOfKey: 10,
  /** Visitors whose rates are remembered. */
  ratedVisitors: 10_000,
  /** Characters of an answer. */
  answerLength: 8 * 1024 * 1024,
  /** Operations that run at a time. */
  running: 32,
  /** Of one tenant while no other has any; fewer while others do. */
  runningOfTenant: 16,
  /** Of one tenant, waiting for their turn. */
  waitingOfTenant: 1_000,
  /** Errors that are shown of a document or its variables. */
  shownErrors: 5,
  /** Characters of a message; what is longer loses its middle. */
  messageLength: 500,
  /** Queries whose sightings are counted. */
  seenQueries: 500,
  /** Parsed documents that are kept, in bytes, as measured: see `document-bytes.ts`. */
  documentBytes: 32 * 1024 * 1024,
  /** Texts of queries that are counted, in bytes. */
  seenBytes: 8 * 1024 * 1024,
  /** A query is compiled when it has been sent so often: that takes as long as dozens of executions. */
  compileAfter: 20,
  /** Compiled queries that are kept, in bytes: their documents, and the size of the code written for each. */
  compiledBytes: 64 * 1024 * 1024,
} as const;

/** The page size when neither `first` nor `last` is given. */
export const DEFAULT_PAGE_SIZE = 50;

/** Most ids that `nodes` takes at once. */
export const MAX_NODES = 300;
