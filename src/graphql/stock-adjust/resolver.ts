import { Arg, Ctx, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import type { MovementView } from '../../application/ports/reads';
import type { StockAdjustResult } from '../../domain/plans/stock-adjust';
import { CommandPayload } from '../types/command-payload';
import type { Context } from '../context';
import { Movement } from '../ledger/type';
import { StockChange, type StockChangeView } from '../stock/type';
import { adjustStockCommand, StockAdjustInput } from './input';
import { ledgerLoaders } from '../ledger/loaders';

/** What became of a stockAdjust, as its fields show it. */
type StockAdjustPayloadView = Pick<
  StockAdjustResult,
  'movementSequence' | 'userErrors' | 'replayed' | 'ledgerSequence'
> & {
  readonly changes: readonly StockChangeView[];
};

@ObjectType({ description: 'What became of a stockAdjust.', simpleResolvers: true })
class StockAdjustPayload extends CommandPayload implements StockAdjustPayloadView {
  /** Shown as `movement`. */
  readonly movementSequence!: number | null;

  @Field(() => [StockChange], { description: 'What changed, or on a dry run would change, row by row.' })
  readonly changes!: readonly StockChangeView[];
}

@Resolver(() => StockAdjustPayload)
export class StockAdjustResolver {
  @Mutation(() => StockAdjustPayload, {
    description:
      'Changes stock by differences, all rows or none. Refused with INSUFFICIENT_STOCK where a row takes more than there is.',
  })
  async stockAdjust(
    @Arg('input', () => StockAdjustInput, { description: 'What to change.' }) input: StockAdjustInput,
    @Ctx() context: Context,
  ): Promise<StockAdjustPayloadView> {
    const result = await context.services.adjustStock(context.principal, adjustStockCommand(input));
    context.forgetLoaded();
    const changes = result.changes.map(({ key, delta, quantityAfter }) => ({ ...key, delta, quantityAfter }));
    return { ...result, changes };
  }

  @FieldResolver(() => Movement, {
    nullable: true,
    description: 'The movement that was posted; null on a dry run and where the command was refused.',
  })
  movement(
    @Root() { movementSequence }: StockAdjustPayloadView,
    @Ctx() context: Context,
  ): Promise<MovementView | null> | null {
    return movementSequence === null ? null : context.loadersOf(ledgerLoaders).movement.load(movementSequence);
  }
}
