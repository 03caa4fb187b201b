import type { MessageDraft, RowRefusal } from '../../domain/ledger/inbound-message';
import { storeCall } from '../../domain/plans/command';
import type { Connection } from '../ports/connections';
import type { Poster } from '../ports/poster';

/**
 * Keeps an authenticated call that was refused before there was a command, with what is wrong with it, so that an operator
 * finds what the sender was told. `rows` is at least one. Neither has secrets left: see `redactorOf`.
 */
export type RejectCall = (
  connection: Connection,
  message: Omit<MessageDraft, 'id' | 'connectionId'>,
  rows: readonly RowRefusal[],
) => Promise<void>;

export function createRejectCall(deps: { poster: Poster; newId: () => string }): RejectCall {
  return async (connection, received, rows) => {
    const message = { ...received, id: deps.newId(), connectionId: connection.id };
    await deps.poster.post({
      tenantId: connection.tenantId,
      origin: { kind: 'CONNECTION', id: connection.id },
      reads: { outcomes: [], keys: [] },
      carries: { rows: rows.length, characters: message.body.length },
      plan: (work) => {
        storeCall(work, message, work.sequence, rows, rows.length);
        return { keep: true, remember: [], result: undefined };
      },
    });
  };
}

/** A call that is refused as a whole: the sentences say what is wrong with it. */
export const wholeCall = (code: string, sentences: readonly string[]): RowRefusal[] => [
  { index: 0, code, detail: sentences.slice(0, MAX_SENTENCES).join(' '), row: '' },
];

/** Most sentences that are kept of what is wrong with a call. */
const MAX_SENTENCES = 20;
