import { Arg, Ctx, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import type { MovementView } from '../../application/ports/reads';
import { CommandPayload } from '../types/command-payload';
import type { Context } from '../context';
import { Movement } from '../ledger/type';
import { changesView, StockChange } from '../stock/type';
import type { FieldsOf } from '../types/fields';
import { adjustStockCommand, StockAdjustInput } from './input';
import { ledgerLoaders } from '../ledger/loaders';
import { OpenTo, OpenToAnyKey, OpenToLimitedKeys } from '../types/scopes';

@OpenToLimitedKeys()
@OpenToAnyKey()
@ObjectType({ description: 'The result of a `stockAdjust`.', simpleResolvers: true })
class StockAdjustPayload extends CommandPayload {
  /** Shown as `movement`. */
  readonly movementSequence!: number | null;

  @Field(() => [StockChange], {
    description: 'The changes that were made, or on a dry run would be made. Empty when the command was refused.',
  })
  readonly changes!: readonly FieldsOf<StockChange>[];
}

@Resolver(() => StockAdjustPayload)
export class StockAdjustResolver {
  @OpenToLimitedKeys()
  @OpenTo('stock:write')
  @Mutation(() => StockAdjustPayload, {
    description:
      'Adds units to stock or takes them away. All rows succeed, or none. Refused with INSUFFICIENT_STOCK when a row takes more units than there are.',
  })
  async stockAdjust(
    @Arg('input', () => StockAdjustInput, { description: 'The changes to make.' }) input: StockAdjustInput,
    @Ctx() context: Context,
  ): Promise<FieldsOf<StockAdjustPayload>> {
    const result = await context.services.adjustStock(context.principal, adjustStockCommand(input));
    return { ...result, changes: changesView(result.changes) };
  }

  @FieldResolver(() => Movement, {
    nullable: true,
    description: 'The movement that was posted. Null on a dry run and when the command was refused.',
  })
  movement(
    @Root() { movementSequence }: FieldsOf<StockAdjustPayload>,
    @Ctx() context: Context,
  ): Promise<MovementView | null> | null {
    return movementSequence === null ? null : context.loadersOf(ledgerLoaders).movement.load(movementSequence);
  }
}
