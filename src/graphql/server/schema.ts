import 'reflect-metadata';
import { isInterfaceType, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { AdjustmentOrderMutations } from '../adjustment-order/mutations';
import {
  AdjustmentOrderResolver,
  AdjustmentOrderSideResolver,
  MovementOrderResolver,
} from '../adjustment-order/resolver';
import type { Context } from '../context';
import { AvailabilityResolver, StockSellableResolver } from '../availability/resolver';
import { ApiKeyPayloadResolver, ApiKeyResolver, AuditEntryResolver } from '../administration/resolver';
import { ConnectionPayloadResolver, ConnectionResolver } from '../connection/resolver';
import { callDirectly } from './direct-calls';
import { ConnectionHealthResolver, ConnectionNodeHealthResolver } from '../connection-health/resolver';
import { describeOpenings } from './describe-openings';
import { DiscrepancyPayloadResolver, DiscrepancyResolver } from '../discrepancy/resolver';
import {
  AbsorbedFactResolver,
  ExplanationResolver,
  MovementCountsResolver,
  StockCountResolver,
} from '../explanation/resolver';
import { InboundMessageResolver, MovementMessageResolver, QuarantinedRowResolver } from '../inbound-message/resolver';
import { InventoryRecordResolver, StockInventoryResolver } from '../inventory-record/resolver';
import { CatalogueMutations } from '../catalogue/resolver';
import { ItemMergeResolver } from '../item-merge/resolver';
import { ItemMutations } from '../item/mutations';
import { ItemUpkeep } from '../item/upkeep';
import { ItemResolver } from '../item/resolver';
import { LedgerEntryResolver, LedgerResolver, MovementResolver, StockLevelEntriesResolver } from '../ledger/resolver';
import { LedgerHeadResolver, MovementProofResolver } from '../ledger/proof';
import { LocationMutations } from '../location/mutations';
import { LocationUpkeep } from '../location/upkeep';
import { LookalikeResolver } from '../lookalike/resolver';
import { LocationResolver } from '../location/resolver';
import { NodeResolver } from '../node/resolver';
import { QuarantineResolver } from '../quarantine/resolver';
import { ReservationMutations } from '../reservation/mutations';
import { ReservationLineResolver, ReservationResolver } from '../reservation/resolver';
import { StockAdjustResolver } from '../stock-adjust/resolver';
import { StockSetResolver } from '../stock-set/resolver';
import { TrustedDocumentResolver } from '../trusted-document/resolver';
import { ItemStockResolver, StockChangeResolver, StockResolver } from '../stock/resolver';

/**
 * The schema that clients see. Each noun has a folder. A noun that builds on another adds its own fields to it, so folders
 * depend on each other in one direction: item, location, stock, ledger, inbound-message. The nouns that build on these,
 * such as orders and records, do not know each other. Only availability builds on records.
 */
export function buildStockbridgeSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      NodeResolver,
      ItemResolver,
      ItemMutations,
      ItemUpkeep,
      LocationResolver,
      LookalikeResolver,
      LocationMutations,
      LocationUpkeep,
      CatalogueMutations,
      ItemMergeResolver,
      StockResolver,
      ItemStockResolver,
      StockChangeResolver,
      LedgerResolver,
      LedgerEntryResolver,
      MovementResolver,
      MovementProofResolver,
      LedgerHeadResolver,
      StockLevelEntriesResolver,
      ReservationResolver,
      ReservationLineResolver,
      ReservationMutations,
      StockAdjustResolver,
      InboundMessageResolver,
      QuarantinedRowResolver,
      MovementMessageResolver,
      QuarantineResolver,
      StockSetResolver,
      AdjustmentOrderResolver,
      AdjustmentOrderSideResolver,
      AdjustmentOrderMutations,
      MovementOrderResolver,
      InventoryRecordResolver,
      StockInventoryResolver,
      AvailabilityResolver,
      StockSellableResolver,
      ExplanationResolver,
      AbsorbedFactResolver,
      StockCountResolver,
      MovementCountsResolver,
      DiscrepancyResolver,
      DiscrepancyPayloadResolver,
      ApiKeyResolver,
      ApiKeyPayloadResolver,
      AuditEntryResolver,
      ConnectionResolver,
      ConnectionPayloadResolver,
      ConnectionHealthResolver,
      ConnectionNodeHealthResolver,
      TrustedDocumentResolver,
    ],
    validate: false,
  });
  // The library gives an interface an asynchronous function, for which the compiled queries do not wait. Without one, the
  // views' own `__typename` says it.
  const node = schema.getType('Node');
  if (isInterfaceType(node)) node.resolveType = undefined;
  describeOpenings(schema);
  callDirectly(schema);
  startAfresh(schema.getMutationType());
  return schema;
}

/**
 * Each mutation starts with nothing read: what the one before has read is old then. It also frees the connection, for
 * which the reads of this one's command would wait.
 */
function startAfresh(mutations: GraphQLObjectType | null | undefined): void {
  for (const field of Object.values(mutations?.getFields() ?? {})) {
    const { resolve } = field;
    field.resolve = async (source, args, context: Context, info): Promise<unknown> => {
      context.forgetLoaded();
      const payload: unknown = await resolve?.(source, args, context, info);
      // Also what the field before has left, which may have begun to read before this one had posted.
      context.forgetLoaded();
      return payload;
    };
  }
}
