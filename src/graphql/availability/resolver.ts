import { Args, ArgsType, Ctx, Field, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { LocationView, StockView } from '../../application/ports/reads';
import { sellableUnits } from '../../domain/availability';
import type { Context } from '../context';
import { badUserInput } from '../types/errors';
import type { FieldsOf } from '../types/fields';
import { Location } from '../location/type';
import { Quantity } from '../types/scalars';
import { Stock } from '../stock/type';
import { Availability, availabilityView, LocationAvailability, SELLABLE } from './type';
import { inventoryRecordLoaders } from '../inventory-record/loaders';
import { locationLoaders } from '../location/loaders';

@ArgsType()
class AvailabilityArgs {
  @Field(() => String, { description: 'The sku, exactly.' })
  readonly sku!: string;

  @Field(() => String, { defaultValue: '', description: 'The variant; empty where there are none.' })
  readonly specification!: string;

  @Field(() => Quantity, { description: 'How many units to sell; at least 1.' })
  readonly quantity!: number;

  @Field(() => [String], {
    nullable: true,
    description:
      'Codes of the locations to sell from, exactly; a code that no location has is refused with BAD_USER_INPUT. Left out: all.',
  })
  readonly locations?: string[] | null;
}

@Resolver(() => LocationAvailability)
export class AvailabilityResolver {
  @Query(() => Availability, {
    nullable: true,
    description:
      'Whether and from where a quantity of an item can be sold now, and if not now, when and on what terms. Only good, available units count. Nothing is reserved by asking. Null where there is no such item.',
  })
  async availability(
    @Args(() => AvailabilityArgs) { sku, specification, quantity, locations = null }: AvailabilityArgs,
    @Ctx() { services, tenantId }: Context,
  ): Promise<FieldsOf<Availability> | null> {
    if (quantity < 1) throw badUserInput(`quantity is ${quantity}; it has to be 1 or more.`);
    const answer = await services.findAvailability(tenantId, { sku, specification, quantity, locations });
    if (!answer) return null;
    if ('unknownLocations' in answer) {
      throw badUserInput(`No location has the code ${answer.unknownLocations.map((code) => `"${code}"`).join(', ')}.`);
    }
    return availabilityView(answer);
  }

  @FieldResolver(() => Location, { description: 'Which location.' })
  location(
    @Root() { locationId }: FieldsOf<LocationAvailability>,
    @Ctx() context: Context,
  ): Promise<LocationView | null> {
    return context.loadersOf(locationLoaders).location.load(locationId);
  }
}

@Resolver(() => Stock)
export class StockSellableResolver {
  @FieldResolver(() => Quantity, {
    description: `Units that can be sold now, as availability says it: ${SELLABLE} Here available means the units in good condition. As it is now, also where asOf shows an earlier moment: records keep no history.`,
  })
  async sellable(@Root() { item, location }: StockView, @Ctx() context: Context): Promise<number> {
    const stock = await context
      .loadersOf(inventoryRecordLoaders)
      .saleStock.load({ itemId: item.id, locationId: location.id });
    return stock ? sellableUnits(stock) : 0;
  }
}
