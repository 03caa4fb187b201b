import { factReads, planDelivery, type DecodedRow, type DeliveryResult } from '../../domain/plans/delivery';
import type { MessageDraft } from '../../domain/ledger/inbound-message';
import type { Connection } from '../ports/connections';
import type { Poster } from '../ports/poster';

/** An authenticated webhook delivery, decoded. Its body and rows have no secrets left: see `redactorOf`. */
export interface ReceivedMessage extends Omit<MessageDraft, 'id' | 'connectionId'> {
  readonly connection: Connection;
  readonly rows: readonly DecodedRow[];
}

export type ReceiveDelivery = (message: ReceivedMessage) => Promise<DeliveryResult>;

/** Stores a delivery with its verdict and posts its good rows, in one transaction. Acknowledge only after it resolves. */
export function createReceiveDelivery(deps: { poster: Poster; newId: () => string }): ReceiveDelivery {
  return ({ connection, ...message }) => {
    const delivery = { ...message, id: deps.newId(), connectionId: connection.id };
    return deps.poster.post({
      tenantId: connection.tenantId,
      origin: { kind: 'CONNECTION', id: connection.id },
      reads: factReads(message.rows),
      carries: { rows: message.rows.length, characters: message.body.length },
      plan: (work) => planDelivery(work, delivery),
    });
  };
}
