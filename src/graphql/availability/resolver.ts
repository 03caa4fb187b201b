import { Args, ArgsType, Ctx, Field, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { LocationView, StockView } from '../../application/ports/reads';
import { sellableUnits } from '../../domain/availability';
import { tidyName } from '../../domain/text';
import type { Context } from '../context';
import { badUserInput } from '../types/errors';
import type { FieldsOf } from '../types/fields';
import { Location } from '../location/type';
import { Quantity } from '../types/scalars';
import { Stock } from '../stock/type';
import { Availability, availabilityView, LocationAvailability, SELLABLE } from './type';
import { inventoryRecordLoaders } from '../inventory-record/loaders';
import { locationLoaders } from '../location/loaders';
import { OpenTo, OpenToLimitedKeys } from '../types/scopes';

@ArgsType()
class AvailabilityArgs {
  @Field(() => String, { description: 'The exact sku.' })
  readonly sku!: string;

  @Field(() => String, {
    defaultValue: '',
    description: 'The exact specification. Leave it out when the sku has no variants.',
  })
  readonly specification!: string;

  @Field(() => Quantity, { description: 'The number of units to sell, at least 1.' })
  readonly quantity!: number;

  @Field(() => [String], {
    nullable: true,
    description:
      'The exact codes of the locations to sell from. Leave it out for all. An unknown code fails with BAD_USER_INPUT.',
  })
  readonly locations?: string[] | null;
}

@Resolver(() => LocationAvailability)
export class AvailabilityResolver {
  @OpenToLimitedKeys()
  @OpenTo('stock:read', 'sellable:read')
  @Query(() => Availability, {
    nullable: true,
    description:
      'Answers whether a quantity of an item can be sold now, and from which locations. If not, it answers when and on which terms. Only good, available units count. Asking reserves nothing. Null when there is no such item.',
  })
  async availability(
    @Args(() => AvailabilityArgs) { sku, specification, quantity, locations = null }: AvailabilityArgs,
    @Ctx() { services, reads, tenantId }: Context,
  ): Promise<FieldsOf<Availability> | null> {
    if (quantity < 1) throw badUserInput(`quantity is ${quantity}; it has to be 1 or more.`);
    const answer = await services.findAvailability(reads, tenantId, {
      sku: tidyName(sku),
      specification: tidyName(specification),
      quantity,
      locations: locations && locations.map(tidyName),
    });
    if (!answer) return null;
    if ('unknownLocations' in answer) {
      throw badUserInput(`No location has the code ${answer.unknownLocations.map((code) => `"${code}"`).join(', ')}.`);
    }
    return availabilityView(answer);
  }

  @OpenTo('stock:read', 'sellable:read')
  @FieldResolver(() => Location, { description: 'The location.' })
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
    description: `The number of units that can be sold now: ${SELLABLE} Here available units are those in good condition, as in the query \`availability\`. Always the current number, even when \`asOf\` shows an earlier moment.`,
  })
  async sellable(@Root() { item, location }: StockView, @Ctx() context: Context): Promise<number> {
    const stock = await context
      .loadersOf(inventoryRecordLoaders)
      .saleStock.load({ itemId: item.itemId, locationId: location.locationId });
    return stock ? sellableUnits(stock) : 0;
  }
}
