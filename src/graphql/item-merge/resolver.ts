import { Arg, Ctx, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import type { ItemView, MovementView } from '../../application/ports/reads';
import type { Context } from '../context';
import { itemLoaders } from '../item/loaders';
import { Item } from '../item/type';
import { ledgerLoaders } from '../ledger/loaders';
import { Movement } from '../ledger/type';
import { changesView, StockChange } from '../stock/type';
import { CommandPayload } from '../types/command-payload';
import type { FieldsOf } from '../types/fields';
import { itemName, ItemReferenceInput } from './input';
import { OpenTo, OpenToAnyKey } from '../types/scopes';

@OpenToAnyKey()
@ObjectType({ description: 'The result of an `itemMerge`.', simpleResolvers: true })
class ItemMergePayload extends CommandPayload {
  /** Shown as `item`. */
  readonly itemId!: string | null;

  /** Shown as `movement`. */
  readonly movementSequence!: number | null;

  @Field(() => [StockChange], {
    description:
      'The stock that moved, or on a dry run would move. Empty when there was none, or the merge was refused.',
  })
  readonly changes!: readonly FieldsOf<StockChange>[];
}

@Resolver(() => ItemMergePayload)
export class ItemMergeResolver {
  @OpenTo('stock:write')
  @Mutation(() => ItemMergePayload, {
    description:
      'Makes two items one. The stock of `from` moves to `into` by one movement of the reason MERGE. All names of `from`, its sku included, mean `into` from then on. `from` is archived and keeps its id and history. It cannot be undone. Refused with NOTHING_CHANGES when both names mean one item, and with BATCH_TOO_LARGE when there is stock at more than 1,000 stock keys.',
  })
  async itemMerge(
    @Arg('from', () => ItemReferenceInput, {
      description: 'The item that is given up. Refused with INVALID_INPUT when it is a former name.',
    })
    from: ItemReferenceInput,
    @Arg('into', () => ItemReferenceInput, { description: 'The item that is left.' }) into: ItemReferenceInput,
    @Arg('idempotencyKey', () => String, {
      description:
        'Your own id for this command. Sending it again with the same input changes nothing and returns the first answer, so retries are safe.',
    })
    idempotencyKey: string,
    @Arg('dryRun', () => Boolean, {
      defaultValue: false,
      description: 'True: check the command and return what would change, without changing anything.',
    })
    dryRun: boolean,
    @Ctx() context: Context,
  ): Promise<FieldsOf<ItemMergePayload>> {
    const input = { from: itemName(from), into: itemName(into), idempotencyKey, dryRun };
    const { item, changes, ...result } = await context.services.upkeep.mergeItem(context.principal, input);
    return { ...result, itemId: item?.id ?? null, changes: changesView(changes) };
  }

  @FieldResolver(() => Item, {
    nullable: true,
    description: 'The item that is left. Null when the merge was refused.',
  })
  item(@Root() { itemId }: FieldsOf<ItemMergePayload>, @Ctx() context: Context): Promise<ItemView | null> | null {
    return itemId === null ? null : context.loadersOf(itemLoaders).item.load(itemId);
  }

  @FieldResolver(() => Movement, {
    nullable: true,
    description:
      'The movement that was posted. Null on a dry run, when no stock had to move, and when the merge was refused.',
  })
  movement(
    @Root() { movementSequence }: FieldsOf<ItemMergePayload>,
    @Ctx() context: Context,
  ): Promise<MovementView | null> | null {
    return movementSequence === null ? null : context.loadersOf(ledgerLoaders).movement.load(movementSequence);
  }
}
