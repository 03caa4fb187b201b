import { Arg, Ctx, Field, FieldResolver, ID, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { callerOfPrincipal } from '../../application/ports/caller';
import type { ItemView, LocationView, StockView } from '../../application/ports/reads';
import type { StockSetStatus } from '../../domain/plans/stock-set';
import { CommandPayload } from '../types/command-payload';
import { tidyName } from '../../domain/text';
import type { Context } from '../context';
import { StockSetStatusEnum } from '../types/enums';
import type { FieldsOf } from '../types/fields';
import { Item } from '../item/type';
import { recordNodeId } from '../../domain/node-ids';
import { NODE_ID } from '../types/node';
import { Location } from '../location/type';
import { Stock } from '../stock/type';
import { InventoryRecordSaveInput, saveRecordCommand } from './input';
import { InventoryRecord, recordView, type RecordView } from './type';
import { inventoryRecordLoaders } from './loaders';
import { itemLoaders } from '../item/loaders';
import { locationLoaders } from '../location/loaders';
import { ClosedToLimitedKeys, OpenTo, OpenToAnyKey } from '../types/scopes';

@OpenToAnyKey()
@ObjectType({ description: 'The result of an `inventoryRecordSave`.', simpleResolvers: true })
class InventoryRecordPayload extends CommandPayload {
  @Field(() => InventoryRecord, {
    nullable: true,
    description: 'The record as saved, or on a dry run as it would be. Null when the command was refused.',
  })
  readonly inventoryRecord!: RecordView | null;

  @Field(() => StockSetStatusEnum, {
    nullable: true,
    description:
      'The result of the count of `quantity`. Null when no quantity was given, and when the command was refused.',
  })
  readonly countStatus!: StockSetStatus | null;
}

@Resolver(() => InventoryRecord)
export class InventoryRecordResolver {
  @OpenTo('inventory:read')
  @Query(() => InventoryRecord, {
    nullable: true,
    description: 'Finds the inventory record of an item at a location. Null when there is none.',
  })
  async inventoryRecord(
    @Arg('sku', () => String, { description: 'The exact sku.' }) sku: string,
    @Arg('specification', () => String, {
      defaultValue: '',
      description: 'The exact specification. Leave it out when the sku has no variants.',
    })
    specification: string,
    @Arg('location', () => String, { description: 'The exact code of the location.' }) location: string,
    @Ctx() { reads, tenantId }: Context,
  ): Promise<RecordView | null> {
    return recordView(
      await reads.inventoryRecord(tenantId, tidyName(sku), tidyName(specification), tidyName(location)),
    );
  }

  @OpenTo('inventory:write')
  @Mutation(() => InventoryRecordPayload, {
    description:
      'Creates or updates the inventory record of an item at a location. When `quantity` is given, it also counts the stock. Both succeed or both fail.',
  })
  async inventoryRecordSave(
    @Arg('input', () => InventoryRecordSaveInput, { description: 'The record to save.' })
    input: InventoryRecordSaveInput,
    @Ctx() context: Context,
  ): Promise<FieldsOf<InventoryRecordPayload>> {
    const caller = callerOfPrincipal(context.principal);
    const { record, ...result } = await context.services.saveInventoryRecord(caller, saveRecordCommand(input));
    return { ...result, inventoryRecord: recordView(record) };
  }

  @FieldResolver(() => ID, { description: NODE_ID })
  id(@Root() { itemId, locationId }: RecordView): string {
    return recordNodeId(itemId, locationId);
  }

  @FieldResolver(() => Item, { description: 'The item that is sold on these terms.' })
  item(@Root() { itemId }: RecordView, @Ctx() context: Context): Promise<ItemView | null> {
    return context.loadersOf(itemLoaders).item.load(itemId);
  }

  @FieldResolver(() => Location, { description: 'The location where the item is sold on these terms.' })
  location(@Root() { locationId }: RecordView, @Ctx() context: Context): Promise<LocationView | null> {
    return context.loadersOf(locationLoaders).location.load(locationId);
  }
}

@Resolver(() => Stock)
export class StockInventoryResolver {
  @ClosedToLimitedKeys()
  @OpenTo('inventory:read')
  @FieldResolver(() => InventoryRecord, {
    nullable: true,
    description:
      'The inventory record of the item at the location. Null when there is none. Always the current record, even when `asOf` shows an earlier moment.',
  })
  async inventory(@Root() { item, location }: StockView, @Ctx() context: Context): Promise<RecordView | null> {
    return recordView(
      await context
        .loadersOf(inventoryRecordLoaders)
        .inventoryRecord.load({ itemId: item.itemId, locationId: location.locationId }),
    );
  }
}
