import type { FastifyBaseLogger } from 'fastify';

/** The connection that a request proves to be of. */
export interface RatedConnection {
  readonly tenantId: string;
  readonly id: string;
}

const LINE_EVERY_MS = 60_000;
/** Connections with a line in the last minute, at most. Refusals of others are not logged meanwhile. */
const MAX_CONNECTIONS = 1_000;

/** Logs that messages of a connection are refused: the first at once, then their number once a minute. */
export class RefusalLog {
  /** Refusals since the connection's last line. */
  readonly #refused = new Map<string, number>();

  constructor(private readonly log: Pick<FastifyBaseLogger, 'warn'>) {}

  note(connection: RatedConnection): void {
    const refused = this.#refused.get(connection.id);
    if (refused !== undefined) this.#refused.set(connection.id, refused + 1);
    else if (this.#refused.size < MAX_CONNECTIONS) this.#write(connection, 1);
  }

  #write(connection: RatedConnection, refused: number): void {
    const { tenantId, id: connectionId } = connection;
    this.log.warn({ tenantId, connectionId, refused }, 'messages refused: the connection sends more than its rate');
    this.#refused.set(connectionId, 0);
    setTimeout(() => {
      const more = this.#refused.get(connectionId) ?? 0;
      if (more > 0) this.#write(connection, more);
      else this.#refused.delete(connectionId);
    }, LINE_EVERY_MS).unref();
  }
}
