import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { ItemIdentifierView, ItemView } from '../../application/ports/reads';
import type { Context } from '../context';
import { listCost, pageCost } from '../limits/cost';
import { Connection } from '../paging/connection';
import { Cursors, type List } from '../paging/cursors';
import { PageArgs, pageRequest } from '../paging/page-args';
import { selectionOf } from '../paging/selection';
import { Item, ItemConnection, ItemIdentifier } from './type';
import { itemLoaders } from './loaders';

const ITEMS: List = { name: 'items', key: ['text', 'text'] };

@ArgsType()
class ItemsArgs extends PageArgs {
  @Field(() => String, {
    nullable: true,
    description:
      'Only items with this in their sku or name, in either case, or with this as the value of an identifier.',
  })
  readonly search?: string | null;
}

@Resolver(() => Item)
export class ItemResolver {
  @Query(() => Item, { nullable: true, description: 'The item with this sku; null where there is none.' })
  item(
    @Arg('sku', () => String, { description: 'The sku, exactly.' }) sku: string,
    @Arg('specification', () => String, { defaultValue: '', description: 'The variant; empty where there are none.' })
    specification: string,
    @Ctx() { reads, tenantId }: Context,
  ): Promise<ItemView | undefined> {
    return reads.itemBySku(tenantId, sku, specification);
  }

  @Query(() => Item, { nullable: true, description: 'The item with this other name; null where there is none.' })
  itemByIdentifier(
    @Arg('scheme', () => String, { description: 'What kind of name it is, such as UPC.' }) scheme: string,
    @Arg('value', () => String, { description: 'The name, exactly.' }) value: string,
    @Arg('specification', () => String, {
      defaultValue: '',
      description: 'The variant, for schemes whose value is a kind of sku; no other scheme looks at it.',
    })
    specification: string,
    @Ctx() { reads, tenantId }: Context,
  ): Promise<ItemView | undefined> {
    return reads.itemByIdentifier(tenantId, scheme, value, specification);
  }

  @Query(() => ItemConnection, {
    description: 'The items, in the order of sku and specification.',
    complexity: pageCost,
  })
  async items(
    @Args(() => ItemsArgs) args: ItemsArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<ItemView>> {
    const search = args.search ?? null;
    const cursors = new Cursors(ITEMS, { search });
    const page = await reads.items(tenantId, search, pageRequest(args, cursors, selectionOf(info)));
    return new Connection(page, cursors, ({ sku, specification }) => [sku, specification]);
  }

  @FieldResolver(() => [ItemIdentifier], {
    description: 'Its other names, in the order of scheme and value.',
    complexity: listCost,
  })
  identifiers(@Root() item: ItemView, @Ctx() context: Context): Promise<readonly ItemIdentifierView[]> {
    return context.loadersOf(itemLoaders).identifiersOfItem.load(item.id);
  }
}
