import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { ItemView, LocationView } from '../../application/ports/reads';
import type { UserError as UserErrorView } from '../../domain/errors';
import type { Context } from '../context';
import { itemPayload, itemSave, ItemSaveRowInput } from '../item/mutations';
import { Item } from '../item/type';
import { locationPayload, locationSave, LocationSaveRowInput } from '../location/mutations';
import { Location } from '../location/type';
import type { FieldsOf } from '../types/fields';
import { ALLOW_LOOKALIKE } from '../types/names';
import { UserError } from '../types/user-error';
import { OpenTo, OpenToAnyKey } from '../types/scopes';

@InputType({ description: 'Items to create or update.' })
class ItemsSaveInput {
  @Field(() => [ItemSaveRowInput], { description: 'The items, 1 to 300. Each is saved or refused on its own.' })
  readonly rows!: ItemSaveRowInput[];

  @Field(() => Boolean, { defaultValue: false, description: ALLOW_LOOKALIKE })
  readonly allowLookalike!: boolean;
}

@InputType({ description: 'Locations to create or update.' })
class LocationsSaveInput {
  @Field(() => [LocationSaveRowInput], {
    description:
      'The locations, 1 to 300. Each is saved or refused on its own, in this order, so a parent can stand before its parts.',
  })
  readonly rows!: LocationSaveRowInput[];

  @Field(() => Boolean, { defaultValue: false, description: ALLOW_LOOKALIKE })
  readonly allowLookalike!: boolean;
}

@OpenToAnyKey()
@ObjectType({ description: 'What became of one row.', simpleResolvers: true })
class RowResult {
  @Field(() => Int, { description: 'The position of the row in the input, from 0.' })
  readonly index!: number;

  @Field(() => Item, { nullable: true, description: 'The item that was saved. Null for a location, and when refused.' })
  readonly item!: ItemView | null;

  @Field(() => Location, {
    nullable: true,
    description: 'The location that was saved. Null for an item, and when refused.',
  })
  readonly location!: LocationView | null;

  @Field(() => [UserError], {
    description: 'Why the row was refused, one entry for each problem. Empty when it was saved.',
  })
  readonly userErrors!: readonly UserErrorView[];
}

@OpenToAnyKey()
@ObjectType({ description: 'The result of a call that saves several rows.', simpleResolvers: true })
class RowsPayload {
  @Field(() => [RowResult], {
    description: 'What became of each row, in the order of the input. Empty when the call was refused as a whole.',
  })
  readonly rows!: readonly FieldsOf<RowResult>[];

  @Field(() => [UserError], {
    description: 'The problems of all rows, or of the call as a whole. Empty when every row was saved.',
  })
  readonly userErrors!: readonly UserErrorView[];
}

@Resolver()
export class CatalogueMutations {
  @OpenTo('stock:write')
  @Mutation(() => RowsPayload, {
    description:
      'Creates or updates up to 300 items, each as `itemSave` does. A row that is refused changes nothing; the others are saved.',
  })
  async itemsSave(
    @Arg('input', () => ItemsSaveInput, { description: 'The items to save.' }) { rows, allowLookalike }: ItemsSaveInput,
    @Ctx() context: Context,
  ): Promise<FieldsOf<RowsPayload>> {
    const commands = rows.map((row) => itemSave(row, allowLookalike));
    const result = await context.services.saveCatalogue.saveItems(context.principal, commands);
    return { ...result, rows: result.rows.map((row, index) => ({ ...itemPayload(row), index, location: null })) };
  }

  @OpenTo('stock:write')
  @Mutation(() => RowsPayload, {
    description:
      'Creates or updates up to 300 locations, each as `locationSave` does. A row that is refused changes nothing; the others are saved.',
  })
  async locationsSave(
    @Arg('input', () => LocationsSaveInput, { description: 'The locations to save.' })
    { rows, allowLookalike }: LocationsSaveInput,
    @Ctx() context: Context,
  ): Promise<FieldsOf<RowsPayload>> {
    const commands = rows.map((row) => locationSave(row, allowLookalike));
    const result = await context.services.saveCatalogue.saveLocations(context.principal, commands);
    return { ...result, rows: result.rows.map((row, index) => ({ ...locationPayload(row), index, item: null })) };
  }
}
