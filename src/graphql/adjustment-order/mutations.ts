import { Arg, Args, Ctx, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { callerOfPrincipal } from '../../application/ports/caller';
import type { AdjustmentOrder as AdjustmentOrderView } from '../../domain/adjustment-order';
import type { AdjustmentOrderResult } from '../../domain/plans/adjustment-order-create';
import { CommandPayload } from '../types/command-payload';
import type { Context } from '../context';
import { listCost } from '../limits/cost';
import { changesView, StockChange } from '../stock/type';
import type { FieldsOf } from '../types/fields';
import {
  AdjustmentOrderCreateInput,
  AdjustmentOrderReverseArgs,
  createOrderCommand,
  reverseOrderCommand,
} from './input';
import { AdjustmentOrder } from './type';
import { adjustmentOrderLoaders } from './loaders';
import { OpenTo, OpenToAnyKey } from '../types/scopes';

@OpenToAnyKey()
@ObjectType({ description: 'The result of creating or reversing an adjustment order.', simpleResolvers: true })
class AdjustmentOrderPayload extends CommandPayload {
  /** Shown as `adjustmentOrder`. */
  readonly orderNo!: string | null;

  @Field(() => [StockChange], {
    description:
      'The changes that were made, or on a dry run would be made. For each line, first what leaves and then what comes in. Empty when the command was refused.',
    complexity: listCost,
  })
  readonly changes!: readonly FieldsOf<StockChange>[];
}

@Resolver(() => AdjustmentOrderPayload)
export class AdjustmentOrderMutations {
  @OpenTo('orders:write')
  @Mutation(() => AdjustmentOrderPayload, {
    description:
      'Converts units into others. All lines succeed, or none. Refused with INSUFFICIENT_STOCK when a line takes more units than there are. `userErrors` lists all problems found.',
  })
  async adjustmentOrderCreate(
    @Arg('input', () => AdjustmentOrderCreateInput, { description: 'The order to create.' })
    input: AdjustmentOrderCreateInput,
    @Ctx() context: Context,
  ): Promise<FieldsOf<AdjustmentOrderPayload>> {
    const { principal, services } = context;
    const command = createOrderCommand(input, principal.inventoryOrganisations);
    return payloadOf(await services.adjustmentOrders.create(callerOfPrincipal(principal), command));
  }

  @OpenTo('orders:write')
  @Mutation(() => AdjustmentOrderPayload, {
    description:
      'Reverses an adjustment order by creating another order that posts the opposite. An order can be reversed once, and only while the units are still there. Returns the reversed order. Its `reversedBy` is the new one.',
  })
  async adjustmentOrderReverse(
    @Args(() => AdjustmentOrderReverseArgs) args: AdjustmentOrderReverseArgs,
    @Ctx() context: Context,
  ): Promise<FieldsOf<AdjustmentOrderPayload>> {
    const { principal, services } = context;
    const command = reverseOrderCommand(args);
    return payloadOf(await services.adjustmentOrders.reverse(callerOfPrincipal(principal), command));
  }

  @FieldResolver(() => AdjustmentOrder, {
    nullable: true,
    description:
      'The created order, or for a reversal the order that was reversed, as it is now. Null on a dry run and when the command was refused.',
  })
  adjustmentOrder(
    @Root() { orderNo }: FieldsOf<AdjustmentOrderPayload>,
    @Ctx() context: Context,
  ): Promise<AdjustmentOrderView | null> | null {
    return orderNo === null ? null : context.loadersOf(adjustmentOrderLoaders).order.load(orderNo);
  }
}

function payloadOf({ changes, ...result }: AdjustmentOrderResult): FieldsOf<AdjustmentOrderPayload> {
  return { ...result, changes: changesView(changes) };
}
