import { Arg, Ctx, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import type { MovementView } from '../../application/reads';
import type { UserError as UserErrorView } from '../../domain/errors';
import type { StockAdjustResult } from '../../domain/stock-adjust';
import type { Context } from '../context';
import { Movement } from '../ledger/type';
import { Quantity } from '../scalars';
import { StockChange, type StockChangeView } from '../stock/type';
import { UserError } from '../user-error';
import { adjustStockCommand, StockAdjustInput } from './input';

/** What became of a stockAdjust, as its fields show it. */
type StockAdjustPayloadView = Pick<
  StockAdjustResult,
  'movementSequence' | 'userErrors' | 'replayed' | 'ledgerSequence'
> & {
  readonly changes: readonly StockChangeView[];
};

@ObjectType({ description: 'What became of a stockAdjust.', simpleResolvers: true })
class StockAdjustPayload implements StockAdjustPayloadView {
  /** Shown as `movement`. */
  readonly movementSequence!: number | null;

  @Field(() => [StockChange], { description: 'What changed, or on a dry run would change, row by row.' })
  readonly changes!: readonly StockChangeView[];

  @Field(() => [UserError], { description: 'What to mend; empty where the command was carried out.' })
  readonly userErrors!: readonly UserErrorView[];

  @Field(() => Boolean, { description: 'True where this is the first answer to this idempotencyKey again.' })
  readonly replayed!: boolean;

  @Field(() => Quantity, {
    nullable: true,
    description: "The ledger's sequence after the command; null where the input was refused before it was looked at.",
  })
  readonly ledgerSequence!: number | null;
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
    @Ctx() { loaders }: Context,
  ): Promise<MovementView | null> | null {
    return movementSequence === null ? null : loaders.movement.load(movementSequence);
  }
}
