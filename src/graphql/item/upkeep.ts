import { Arg, Args, ArgsType, Ctx, Field, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../context';
import { ALLOW_LOOKALIKE } from '../types/names';
import type { FieldsOf } from '../types/fields';
import { itemPayload, ItemPayload } from './mutations';
import { OpenTo } from '../types/scopes';

@ArgsType()
class ItemRenameArgs {
  @Field(() => String, { description: 'The sku that the item has.' })
  readonly sku!: string;

  @Field(() => String, {
    defaultValue: '',
    description: 'The specification that the item has. Leave it out when the sku has no variants.',
  })
  readonly specification!: string;

  @Field(() => String, { description: 'The sku that it gets.' })
  readonly newSku!: string;

  @Field(() => String, { defaultValue: '', description: 'The specification that it gets. Empty: none.' })
  readonly newSpecification!: string;

  @Field(() => Boolean, { defaultValue: false, description: ALLOW_LOOKALIKE })
  readonly allowLookalike!: boolean;
}

@Resolver()
export class ItemUpkeep {
  @OpenTo('stock:write')
  @Mutation(() => ItemPayload, {
    description:
      'Gives an item another sku or specification. The old sku stays as an identifier of the scheme `SKU`, so that messages and commands that still use it find the item. Refused with SKU_TAKEN when another item has the new sku.',
  })
  async itemRename(
    @Args(() => ItemRenameArgs) args: ItemRenameArgs,
    @Ctx() context: Context,
  ): Promise<FieldsOf<ItemPayload>> {
    const result = await context.services.upkeep.renameItem(context.principal, args);
    return itemPayload(result);
  }

  @OpenTo('stock:write')
  @Mutation(() => ItemPayload, {
    description:
      'Archives an item, or makes it active again. An archived item is left out of lists and offers, and is still there by its names, by id and in history. Refused with STILL_IN_STOCK while it holds stock.',
  })
  async itemArchive(
    @Arg('sku', () => String, { description: 'The exact sku.' }) sku: string,
    @Arg('specification', () => String, {
      defaultValue: '',
      description: 'The exact specification. Leave it out when the sku has no variants.',
    })
    specification: string,
    @Arg('archived', () => Boolean, { defaultValue: true, description: 'False: make it active again.' })
    archived: boolean,
    @Ctx() context: Context,
  ): Promise<FieldsOf<ItemPayload>> {
    const { services, principal } = context;
    const result = await services.upkeep.archiveItem(principal, { sku, specification, archived });
    return itemPayload(result);
  }
}
