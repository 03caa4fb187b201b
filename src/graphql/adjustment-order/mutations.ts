import { Arg, Args, Ctx, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { callerOfPrincipal } from '../../application/ports/caller';
import type { AdjustmentOrder as AdjustmentOrderView } from '../../domain/adjustment-order';
import type { AdjustmentOrderResult } from '../../domain/plans/adjustment-order-create';
import { CommandPayload } from '../types/command-payload';
import type { Context } from '../context';
import { listCost } from '../limits/cost';
import { StockChange, type StockChangeView } from '../stock/type';
import {
  AdjustmentOrderCreateInput,
  AdjustmentOrderReverseArgs,
  createOrderCommand,
  reverseOrderCommand,
} from './input';
import { AdjustmentOrder } from './type';
import { adjustmentOrderLoaders } from './loaders';

/** What became of an order, as its fields show it. */
type AdjustmentOrderPayloadView = Omit<AdjustmentOrderResult, 'changes'> & {
  readonly changes: readonly StockChangeView[];
};

@ObjectType({ description: 'What became of an adjustment order, or of its reversal.', simpleResolvers: true })
class AdjustmentOrderPayload extends CommandPayload implements AdjustmentOrderPayloadView {
  /** Shown as `adjustmentOrder`. */
  readonly orderNo!: string | null;

  @Field(() => [StockChange], {
    description: 'What changed, or on a dry run would change: of each line what leaves, then what comes.',
    complexity: listCost,
  })
  readonly changes!: readonly StockChangeView[];
}

@Resolver(() => AdjustmentOrderPayload)
export class AdjustmentOrderMutations {
  @Mutation(() => AdjustmentOrderPayload, {
    description:
      'Turns units into others, all lines or none. Refused with INSUFFICIENT_STOCK where a line takes more than there is, and otherwise with everything that is to mend.',
  })
  async adjustmentOrderCreate(
    @Arg('input', () => AdjustmentOrderCreateInput, { description: 'The order.' }) input: AdjustmentOrderCreateInput,
    @Ctx() context: Context,
  ): Promise<AdjustmentOrderPayloadView> {
    const { principal, services } = context;
    const command = createOrderCommand(input, principal.inventoryOrganisations);
    return payloadOf(context, await services.adjustmentOrders.create(callerOfPrincipal(principal), command));
  }

  @Mutation(() => AdjustmentOrderPayload, {
    description:
      'Undoes an adjustment order by an order of its own that posts the opposite. Happens once, and only while the units are still there. Answers the order that was undone; its reversedBy is the new one.',
  })
  async adjustmentOrderReverse(
    @Args(() => AdjustmentOrderReverseArgs) args: AdjustmentOrderReverseArgs,
    @Ctx() context: Context,
  ): Promise<AdjustmentOrderPayloadView> {
    const { principal, services } = context;
    const command = reverseOrderCommand(args);
    return payloadOf(context, await services.adjustmentOrders.reverse(callerOfPrincipal(principal), command));
  }

  @FieldResolver(() => AdjustmentOrder, {
    nullable: true,
    description: 'The order as it is now; null on a dry run and where it was refused.',
  })
  adjustmentOrder(
    @Root() { orderNo }: AdjustmentOrderPayloadView,
    @Ctx() context: Context,
  ): Promise<AdjustmentOrderView | null> | null {
    return orderNo === null ? null : context.loadersOf(adjustmentOrderLoaders).order.load(orderNo);
  }
}

function payloadOf(context: Context, { changes, ...result }: AdjustmentOrderResult): AdjustmentOrderPayloadView {
  context.forgetLoaded();
  return { ...result, changes: changes.map(({ key, delta, quantityAfter }) => ({ ...key, delta, quantityAfter })) };
}
