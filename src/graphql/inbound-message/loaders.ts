import type DataLoader from 'dataloader';
import type {
  InboundMessageView,
  MessageMovement,
  QuarantinedRowView,
  Reads,
  RejectedRowView,
} from '../../application/ports/reads';
import { quarantinedRowNodeId } from '../../domain/node-ids';
import type { RowPlace } from '../../domain/ledger/inbound-message';
import { loadMany, loadNamed, loadOne } from '../paging/loading';

export interface InboundMessageLoaders {
  /** By id. */
  readonly message: DataLoader<string, InboundMessageView | null>;
  /** By the message's id; so are those below. */
  readonly body: DataLoader<string, { readonly body: string } | null>;
  readonly movementsOfMessage: DataLoader<string, readonly MessageMovement[]>;
  readonly quarantinedRowsOfMessage: DataLoader<string, readonly QuarantinedRowView[]>;
  readonly rejectedRowsOfMessage: DataLoader<string, readonly RejectedRowView[]>;
  readonly quarantinedText: DataLoader<RowPlace, { readonly row: string } | null, string>;
}

export function inboundMessageLoaders(reads: Reads, tenantId: string): InboundMessageLoaders {
  return {
    message: loadOne(
      (ids) => reads.messagesById(tenantId, ids),
      ({ id }) => id,
    ),
    body: loadOne(
      (ids) => reads.bodiesOfMessages(tenantId, ids),
      ({ id }) => id,
    ),
    movementsOfMessage: loadMany(
      (ids) => reads.movementsOfMessages(tenantId, ids),
      ({ messageId }) => messageId,
    ),
    quarantinedRowsOfMessage: loadMany(
      (ids) => reads.quarantinedRowsOfMessages(tenantId, ids),
      ({ messageId }) => messageId,
    ),
    rejectedRowsOfMessage: loadMany(
      (ids) => reads.rejectedRowsOfMessages(tenantId, ids),
      ({ messageId }) => messageId,
    ),
    quarantinedText: loadNamed((places: readonly RowPlace[]) => reads.quarantinedTexts(tenantId, places), rowId, rowId),
  };
}

const rowId = ({ messageId, index }: RowPlace): string => quarantinedRowNodeId(messageId, index);
