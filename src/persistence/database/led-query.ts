import { Query, type Connection, type PoolClient, type QueryResult, type QueryResultRow } from 'pg';
import type { Statement } from './statement';

/** A statement that the session has prepared already, and its values. Its rows are not read. */
export interface PreparedCall {
  readonly statement: Statement;
  readonly values: readonly string[];
}

/** A statement with a name that means the same text in every session. */
interface NamedQuery {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

type Callback = (error: Error | null, result: QueryResult) => void;

/** What pg keeps of the columns of a result, and makes again for each from their description. */
interface Columns {
  readonly fields: unknown;
  readonly _parsers: unknown;
  readonly _prebuiltEmptyResultObject: unknown;
}

/** What pg calls on its queries and keeps in them, which its types leave out. */
interface AnsweredQuery {
  name: string;
  text: string;
  values: unknown[] | undefined;
  _accumulateRows: boolean;
  readonly _result: Columns & { readonly _types: object };
  submit(connection: Connection): Error | null;
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
}

const AnsweredQuery = Query as unknown as new (config: object, values: undefined, callback: Callback) => AnsweredQuery;

/** Most statements of a session whose columns are kept. */
const MAX_DESCRIBED = 1_000;
/** The columns of statements by their names, for each way to read types: each session has its own. */
const described = new WeakMap<object, Map<string, Columns>>();

function describedIn(types: object): Map<string, Columns> {
  const known = described.get(types) ?? new Map<string, Columns>();
  described.set(types, known);
  return known;
}

/** Does something on a connection that does not ask for descriptions meanwhile. */
function withoutDescriptions<Result>(connection: Connection, work: () => Result): Result {
  const describing = connection as unknown as { describe: () => void };
  // Put back, not deleted: connections of different forms would make all that pg does with them slower.
  const { describe } = describing;
  describing.describe = () => undefined;
  try {
    return work();
  } finally {
    describing.describe = describe;
  }
}

/**
 * A query with other statements before it in the same message. PostgreSQL then answers once for all of them: one wake-up
 * of either process, instead of one a statement (PostgreSQL manual, section 54.2.3, "Extended Query").
 *
 * The columns of a named statement are always the same, so each session asks for them once. For a small statement, describing
 * them takes as long as a part of running it.
 */
class LedQuery extends AnsweredQuery {
  #unanswered: number;

  constructor(
    private readonly leading: readonly PreparedCall[],
    { name, text, values }: NamedQuery,
    callback: Callback,
  ) {
    // pg copies the members of this object one by one, with their descriptors.
    super({}, undefined, callback);
    this.name = name;
    this.text = text;
    this.values = values;
    this.#unanswered = leading.length;
  }

  override submit(connection: Connection): Error | null {
    const columns = describedIn(this._result._types).get(this.name);
    if (columns) {
      Object.assign(this._result, columns);
      this._accumulateRows = true;
    }
    connection.stream.cork();
    try {
      for (const { statement, values } of this.leading) {
        connection.bind({ portal: '', statement: statement.name, values: [...values] }, true);
        connection.execute({ portal: '' }, true);
      }
      return columns ? withoutDescriptions(connection, () => super.submit(connection)) : super.submit(connection);
    } finally {
      connection.stream.uncork();
    }
  }

  override handleRowDescription(message: unknown): void {
    super.handleRowDescription(message);
    const known = describedIn(this._result._types);
    if (known.size >= MAX_DESCRIBED) known.clear();
    const { fields, _parsers, _prebuiltEmptyResultObject } = this._result;
    known.set(this.name, { fields, _parsers, _prebuiltEmptyResultObject });
  }

  override handleDataRow(message: unknown): void {
    if (this.#unanswered === 0) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: Connection): void {
    if (this.#unanswered === 0) super.handleCommandComplete(message, connection);
    else this.#unanswered -= 1;
  }
}

/** Runs a named statement after others, which the session has prepared. When one of them fails, so does it. */
export function queryAfter<Row extends QueryResultRow>(
  client: PoolClient,
  leading: readonly PreparedCall[],
  asked: NamedQuery,
): Promise<QueryResult<Row>> {
  return new Promise((resolve, reject) => {
    const query = new LedQuery(leading, asked, (error, result) => {
      if (error) reject(error);
      else resolve(result as QueryResult<Row>);
    });
    client.query(query as unknown as Query);
  });
}
