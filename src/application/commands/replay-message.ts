import { planReplay, replayReads, type DecodedRow } from '../../domain/plans/delivery';
import type { Connection, ConnectionDirectory, ConnectionKind } from '../ports/connections';
import type { Poster } from '../ports/poster';
import type { InboundMessageReads } from '../ports/reads';
import { redactorOf } from '../secrets/redactor';

/** Decodes one row's text again, by the connection's present settings. Each vendor folder that receives pushes has one. */
export type RowDecoder = (text: string, index: number, connection: Connection) => DecodedRow;

/** False where the tenant has no such message. */
export type ReplayMessage = (tenantId: string, messageId: string) => Promise<boolean>;

/** Applies a message's rows that are still in quarantine, with their original clocks and ids: each is posted once. */
export function createReplayMessage(deps: {
  poster: Poster;
  reads: Pick<InboundMessageReads, 'waitingMessage'>;
  connections: ConnectionDirectory;
  decoders: Readonly<Partial<Record<ConnectionKind, RowDecoder>>>;
}): ReplayMessage {
  return async (tenantId, messageId) => {
    const message = await deps.reads.waitingMessage(tenantId, messageId);
    if (!message) return false;
    const connection = await deps.connections.byId(tenantId, message.connectionId);
    const decode = deps.decoders[message.format];
    if (!connection || !decode || message.openRows.length === 0) return true;
    const redactor = redactorOf(connection);
    const rows = message.openRows.map((row) => decode(redactor.json(row.text), row.index, connection));
    const replays = [{ ...message, rows }];
    await deps.poster.post({
      tenantId,
      origin: { kind: 'CONNECTION', id: connection.id },
      reads: replayReads(replays),
      carries: { rows: rows.length, characters: rows.reduce((sum, { text }) => sum + text.length, 0) },
      plan: (work) => planReplay(work, replays),
    });
    return true;
  };
}
