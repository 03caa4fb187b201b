import { Query, type Connection, type PoolClient, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import type { Statement } from './statement';

/** A statement that the session has prepared already, and its values. Its rows are not read. */
export interface PreparedCall {
  readonly statement: Statement;
  readonly values: readonly string[];
}

type Callback = (error: Error | null, result: QueryResult) => void;

/** What pg calls on its queries, which its types leave out. */
interface AnsweredQuery {
  submit(connection: Connection): Error | null;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
}

const AnsweredQuery = Query as unknown as new (
  config: QueryConfig,
  values: undefined,
  callback: Callback,
) => AnsweredQuery;

/**
 * A query with other statements before it in the same message. PostgreSQL then answers once for all of them: one wake-up
 * of either process, instead of one a statement (PostgreSQL manual, section 54.2.3, "Extended Query").
 */
class LedQuery extends AnsweredQuery {
  #unanswered: number;

  constructor(
    private readonly leading: readonly PreparedCall[],
    config: QueryConfig,
    callback: Callback,
  ) {
    super(config, undefined, callback);
    this.#unanswered = leading.length;
  }

  override submit(connection: Connection): Error | null {
    connection.stream.cork();
    try {
      for (const { statement, values } of this.leading) {
        connection.bind({ portal: '', statement: statement.name, values: [...values] }, true);
        connection.execute({ portal: '' }, true);
      }
      return super.submit(connection);
    } finally {
      connection.stream.uncork();
    }
  }

  override handleDataRow(message: unknown): void {
    if (this.#unanswered === 0) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: Connection): void {
    if (this.#unanswered === 0) super.handleCommandComplete(message, connection);
    else this.#unanswered -= 1;
  }
}

/** Runs a statement after others, which the session has prepared. When one of them fails, so does it. */
export function queryAfter<Row extends QueryResultRow>(
  client: PoolClient,
  leading: readonly PreparedCall[],
  config: QueryConfig,
): Promise<QueryResult<Row>> {
  return new Promise((resolve, reject) => {
    const query = new LedQuery(leading, config, (error, result) => {
      if (error) reject(error);
      else resolve(result as QueryResult<Row>);
    });
    client.query(query as unknown as Query);
  });
}
