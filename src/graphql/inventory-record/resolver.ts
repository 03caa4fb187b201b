import { Arg, Ctx, Field, FieldResolver, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { callerOfPrincipal } from '../../application/ports/caller';
import type { ItemView, LocationView, StockView } from '../../application/ports/reads';
import type { StockSetStatus } from '../../domain/plans/stock-set';
import { CommandPayload } from '../types/command-payload';
import type { Context } from '../context';
import { StockSetStatusEnum } from '../types/enums';
import type { FieldsOf } from '../types/fields';
import { Item } from '../item/type';
import { Location } from '../location/type';
import { Stock } from '../stock/type';
import { InventoryRecordSaveInput, saveRecordCommand } from './input';
import { InventoryRecord, recordView } from './type';
import { inventoryRecordLoaders } from './loaders';
import { itemLoaders } from '../item/loaders';
import { locationLoaders } from '../location/loaders';

@ObjectType({ description: 'What became of an inventoryRecordSave.', simpleResolvers: true })
class InventoryRecordPayload extends CommandPayload {
  @Field(() => InventoryRecord, {
    nullable: true,
    description: 'The record as saved, or on a dry run as it would be; null where the command was refused.',
  })
  readonly inventoryRecord!: FieldsOf<InventoryRecord> | null;

  @Field(() => StockSetStatusEnum, {
    nullable: true,
    description: 'What became of the quantity; null where none was given, and where the command was refused.',
  })
  readonly countStatus!: StockSetStatus | null;
}

@Resolver(() => InventoryRecord)
export class InventoryRecordResolver {
  @Query(() => InventoryRecord, {
    nullable: true,
    description: 'The record of this item at this location; null where there is none.',
  })
  async inventoryRecord(
    @Arg('sku', () => String, { description: 'The sku, exactly.' }) sku: string,
    @Arg('specification', () => String, { defaultValue: '', description: 'The variant; empty where there are none.' })
    specification: string,
    @Arg('location', () => String, { description: 'Code of the location, exactly.' }) location: string,
    @Ctx() { reads, tenantId }: Context,
  ): Promise<FieldsOf<InventoryRecord> | null> {
    return recordView(await reads.inventoryRecord(tenantId, sku, specification, location));
  }

  @Mutation(() => InventoryRecordPayload, {
    description:
      'Makes or changes the record of an item at a location, and counts its stock where a quantity is given: both or neither.',
  })
  async inventoryRecordSave(
    @Arg('input', () => InventoryRecordSaveInput, { description: 'What to save.' }) input: InventoryRecordSaveInput,
    @Ctx() context: Context,
  ): Promise<FieldsOf<InventoryRecordPayload>> {
    const caller = callerOfPrincipal(context.principal);
    const { record, ...result } = await context.services.saveInventoryRecord(caller, saveRecordCommand(input));
    context.forgetLoaded();
    return { ...result, inventoryRecord: recordView(record) };
  }

  @FieldResolver(() => Item, { description: 'What it is about.' })
  item(@Root() { itemId }: FieldsOf<InventoryRecord>, @Ctx() context: Context): Promise<ItemView | null> {
    return context.loadersOf(itemLoaders).item.load(itemId);
  }

  @FieldResolver(() => Location, { description: 'Where.' })
  location(@Root() { locationId }: FieldsOf<InventoryRecord>, @Ctx() context: Context): Promise<LocationView | null> {
    return context.loadersOf(locationLoaders).location.load(locationId);
  }
}

@Resolver(() => Stock)
export class StockInventoryResolver {
  @FieldResolver(() => InventoryRecord, {
    nullable: true,
    description:
      'The record of the item at the location; null where there is none. As it is now, also where asOf shows an earlier moment: records keep no history.',
  })
  async inventory(
    @Root() { item, location }: StockView,
    @Ctx() context: Context,
  ): Promise<FieldsOf<InventoryRecord> | null> {
    return recordView(
      await context
        .loadersOf(inventoryRecordLoaders)
        .inventoryRecord.load({ itemId: item.id, locationId: location.id }),
    );
  }
}
