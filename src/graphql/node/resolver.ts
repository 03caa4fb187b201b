import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { Context } from '../context';
import { administrationLoaders } from '../administration/loaders';
import { apiKeyView } from '../administration/type';
import { adjustmentOrderLoaders } from '../adjustment-order/loaders';
import { connectionLoaders } from '../connection/loaders';
import { discrepancyLoaders } from '../discrepancy/loaders';
import { inboundMessageLoaders } from '../inbound-message/loaders';
import { inventoryRecordLoaders } from '../inventory-record/loaders';
import { recordView } from '../inventory-record/type';
import { itemLoaders } from '../item/loaders';
import { ledgerLoaders } from '../ledger/loaders';
import { nodesCost } from '../limits/cost';
import { MAX_NODES } from '../limits/limits';
import { locationLoaders } from '../location/loaders';
import { reservationLoaders } from '../reservation/loaders';
import { stockLoaders } from '../stock/loaders';
import { trustedDocumentLoaders } from '../trusted-document/loaders';
import { badUserInput } from '../types/errors';
import { Node } from '../types/node';
import { nodeReference, type NodeReference } from '../../domain/node-ids';
import { OpenToAnyKey, OpenToLimitedKeys } from '../types/scopes';

/** A thing with an id, and the name of its type. */
type NodeView = object & { readonly __typename: string };

@Resolver()
export class NodeResolver {
  @OpenToLimitedKeys()
  @OpenToAnyKey()
  @Query(() => Node, {
    nullable: true,
    description:
      'Finds anything by its id. Null when there is no such thing. See https://relay.dev/graphql/objectidentification.htm',
  })
  node(
    @Arg('id', () => ID, { description: 'An `id` that any field has shown.' }) id: string,
    @Ctx() context: Context,
  ): Promise<NodeView | null> {
    return load(id, context);
  }

  @OpenToLimitedKeys()
  @OpenToAnyKey()
  @Query(() => [Node], {
    nullable: 'items',
    description: 'Finds several things by their ids, in their order. Null where there is no such thing.',
    complexity: nodesCost,
  })
  nodes(
    @Arg('ids', () => [ID], { description: `The ids, at most ${MAX_NODES}.` }) ids: string[],
    @Ctx() context: Context,
  ): Promise<readonly (NodeView | null)[]> {
    if (ids.length > MAX_NODES) throw badUserInput(`${ids.length} ids; at most ${MAX_NODES} are taken at once.`);
    // The loaders batch what is asked for in one turn, so this is one statement for each type.
    return Promise.all(ids.map((id) => load(id, context)));
  }
}

async function load(id: string, context: Context): Promise<NodeView | null> {
  const reference = nodeReference(id);
  const view = reference ? await viewOf(reference, context) : null;
  return reference && view ? { __typename: typeName(reference), ...view } : null;
}

/** A connection is a `ConnectionNode`, because what ends in `Connection` is a page of something. */
const typeName = ({ type }: NodeReference): string => (type === 'Connection' ? 'ConnectionNode' : type);

function viewOf(reference: NodeReference, context: Context): Promise<object | null | undefined> {
  switch (reference.type) {
    case 'Item':
      return context.loadersOf(itemLoaders).item.load(reference.id);
    case 'Location':
      return context.loadersOf(locationLoaders).location.load(reference.id);
    case 'StockLevel':
      return context.loadersOf(stockLoaders).levelAt.load(reference);
    case 'Stock':
      return context.loadersOf(stockLoaders).stockAt.load(reference);
    case 'InventoryRecord':
      return context.loadersOf(inventoryRecordLoaders).inventoryRecord.load(reference).then(recordView);
    case 'Movement':
      return context.loadersOf(ledgerLoaders).movement.load(reference.sequence);
    case 'AdjustmentOrder':
      return context.loadersOf(adjustmentOrderLoaders).order.load(reference.orderNo);
    case 'Reservation':
      return context.loadersOf(reservationLoaders).reservation.load(reference.id);
    case 'InboundMessage':
      return context.loadersOf(inboundMessageLoaders).message.load(reference.id);
    case 'QuarantinedRow':
      return context
        .loadersOf(inboundMessageLoaders)
        .quarantinedRowsOfMessage.load(reference.messageId)
        .then((rows) => rows.find(({ index }) => index === reference.index));
    case 'ApiKey':
      return context
        .loadersOf(administrationLoaders)
        .apiKey.load(reference.id)
        .then((view) => view && apiKeyView(view));
    case 'AuditEntry':
      return context.loadersOf(administrationLoaders).auditEntry.load(reference.id);
    case 'Connection':
      return context.loadersOf(connectionLoaders).connection.load(reference.id);
    case 'TrustedDocument':
      return context.loadersOf(trustedDocumentLoaders).document.load(reference.sha256);
    case 'Discrepancy':
      return context.loadersOf(discrepancyLoaders).discrepancy.load(reference);
  }
}
