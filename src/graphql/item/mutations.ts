import { Arg, Args, ArgsType, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { itemView, type ItemView } from '../../application/ports/reads';
import type { UserError as UserErrorView } from '../../domain/errors';
import type { ItemSave, ItemSaveResult } from '../../domain/plans/catalogue-save';
import type { Context } from '../context';
import type { FieldsOf } from '../types/fields';
import { ALLOW_LOOKALIKE } from '../types/names';
import { UserError } from '../types/user-error';
import { Item } from './type';
import { OpenTo, OpenToAnyKey } from '../types/scopes';

@InputType({ description: 'An identifier to add to an item. Adding one that the item already has changes nothing.' })
class ItemIdentifierInput {
  @Field(() => String, { description: 'The kind of identifier, such as `UPC`.' })
  readonly scheme!: string;

  @Field(() => String, { description: 'The value of the identifier, exactly. Leading zeros are kept.' })
  readonly value!: string;
}

@ArgsType()
@InputType({ description: 'An item to create or update.' })
export class ItemSaveRowInput {
  @Field(() => String, { description: 'The sku of the item to create or update.' })
  readonly sku!: string;

  @Field(() => String, {
    defaultValue: '',
    description: 'The specification of the item. Leave it out when the sku has no variants.',
  })
  readonly specification!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The display name. Leave it out to keep the current one, or pass null to remove it.',
  })
  readonly name?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The number of single units in one package, at least 1. Leave it out to keep the current one, or pass null for not known.',
  })
  readonly unitsPerPackage?: number | null;

  @Field(() => [ItemIdentifierInput], {
    nullable: true,
    description: 'Identifiers to add, at most 300. Those that the item already has stay.',
  })
  readonly identifiers?: ItemIdentifierInput[] | null;
}

@ArgsType()
class ItemSaveArgs extends ItemSaveRowInput {
  @Field(() => Boolean, { defaultValue: false, description: ALLOW_LOOKALIKE })
  readonly allowLookalike!: boolean;
}

/** The command of one item. A field that is left out stays as it is. */
export function itemSave(row: ItemSaveRowInput, allowLookalike: boolean): ItemSave {
  const { sku, specification, name, unitsPerPackage, identifiers } = row;
  return {
    sku,
    specification,
    ...(name === undefined ? {} : { name }),
    ...(unitsPerPackage === undefined ? {} : { unitsPerPackage }),
    identifiers: identifiers ?? [],
    allowLookalike,
  };
}

@OpenToAnyKey()
@ObjectType({ description: 'The result of a change to an item.', simpleResolvers: true })
export class ItemPayload {
  @Field(() => Item, { nullable: true, description: 'The item after the change. Null when the change was refused.' })
  readonly item!: ItemView | null;

  @Field(() => [UserError], {
    description: 'Why the change was refused, one entry for each problem. Empty when it was made.',
  })
  readonly userErrors!: readonly UserErrorView[];
}

export function itemPayload({ item, userErrors }: ItemSaveResult): FieldsOf<ItemPayload> {
  return { item: item && itemView(item), userErrors };
}

@Resolver()
export class ItemMutations {
  @OpenTo('stock:write')
  @Mutation(() => ItemPayload, {
    description:
      'Creates or updates the item with this sku and specification, and adds identifiers to it. When one belongs to another item, the whole change is refused with IDENTIFIER_TAKEN. A new name that differs from one of another item only in form is refused with LOOKALIKE: by case, width, kinds of blanks or hyphens, or as another form of the same GTIN.',
  })
  async itemSave(
    @Args(() => ItemSaveArgs) args: ItemSaveArgs,
    @Ctx() context: Context,
  ): Promise<FieldsOf<ItemPayload>> {
    const result = await context.services.saveCatalogue.saveItem(
      context.principal,
      itemSave(args, args.allowLookalike),
    );
    return itemPayload(result);
  }

  @OpenTo('stock:write')
  @Mutation(() => ItemPayload, {
    description:
      'Removes an identifier from its item. Movements that were posted by it stay as they are. Refused with NOT_FOUND when no item has it.',
  })
  async itemIdentifierRemove(
    @Arg('scheme', () => String, { description: 'The kind of identifier, such as `UPC`.' }) scheme: string,
    @Arg('value', () => String, { description: 'The exact value of the identifier.' }) value: string,
    @Arg('specification', () => String, {
      defaultValue: '',
      description:
        'The specification of the item. Used only for schemes whose values are skus: `WINIT_MERCHANDISE`, `CHANNEL_SKU`, `CLIENT_SKU`, `PRODUCT_CODE` and `SKU`.',
    })
    specification: string,
    @Ctx() context: Context,
  ): Promise<FieldsOf<ItemPayload>> {
    const { services, principal } = context;
    const result = await services.saveCatalogue.removeIdentifier(principal, { scheme, value, specification });
    return itemPayload(result);
  }
}
