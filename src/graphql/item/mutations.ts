import { Arg, Args, ArgsType, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { ItemSaveResult } from '../../domain/plans/catalogue-save';
import type { Context } from '../context';
import { UserError } from '../types/user-error';
import { Item } from './type';

@InputType({ description: 'Another name of an item.' })
class ItemIdentifierInput {
  @Field(() => String, { description: 'What kind of name it is, such as UPC.' })
  readonly scheme!: string;

  @Field(() => String, { description: 'The name itself, exactly; leading zeros are kept.' })
  readonly value!: string;
}

@ArgsType()
class ItemSaveArgs {
  @Field(() => String, { description: 'The sku of the item to make or change.' })
  readonly sku!: string;

  @Field(() => String, { defaultValue: '', description: 'The variant; empty where there are none.' })
  readonly specification!: string;

  @Field(() => String, { nullable: true, description: 'For people to read. Left out: unchanged; null: none.' })
  readonly name?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many single units a package holds. Left out: unchanged; null: not known.',
  })
  readonly unitsPerPackage?: number | null;

  @Field(() => [ItemIdentifierInput], { nullable: true, description: 'Names to add to those that it has.' })
  readonly identifiers?: ItemIdentifierInput[] | null;
}

@ObjectType({ description: 'What became of a change to an item.', simpleResolvers: true })
class ItemPayload implements ItemSaveResult {
  @Field(() => Item, { nullable: true, description: 'The item as it is now; null where the change was refused.' })
  readonly item!: ItemSaveResult['item'];

  @Field(() => [UserError], { description: 'What to mend; empty where the change was made.' })
  readonly userErrors!: ItemSaveResult['userErrors'];
}

@Resolver()
export class ItemMutations {
  @Mutation(() => ItemPayload, { description: 'Makes or changes an item; identifiers given are added.' })
  async itemSave(@Args(() => ItemSaveArgs) args: ItemSaveArgs, @Ctx() context: Context): Promise<ItemSaveResult> {
    const { sku, specification, name, unitsPerPackage, identifiers } = args;
    const result = await context.services.saveCatalogue.saveItem(context.principal, {
      sku,
      specification,
      ...(name === undefined ? {} : { name }),
      ...(unitsPerPackage === undefined ? {} : { unitsPerPackage }),
      identifiers: identifiers ?? [],
    });
    context.forgetLoaded();
    return result;
  }

  @Mutation(() => ItemPayload, {
    description: 'Takes a name from its item. Movements that were found by it stay as they are.',
  })
  async itemIdentifierRemove(
    @Arg('scheme', () => String, { description: 'What kind of name it is, such as UPC.' }) scheme: string,
    @Arg('value', () => String, { description: 'The name, exactly.' }) value: string,
    @Arg('specification', () => String, {
      defaultValue: '',
      description: 'The variant, for schemes whose value is a kind of sku; no other scheme looks at it.',
    })
    specification: string,
    @Ctx() context: Context,
  ): Promise<ItemSaveResult> {
    const { services, principal } = context;
    const result = await services.saveCatalogue.removeIdentifier(principal, { scheme, value, specification });
    context.forgetLoaded();
    return result;
  }
}
