import { Field, ObjectType } from 'type-graphql';
import type { AvailabilityAnswer } from '../../application/queries/find-availability';
import type { ItemView } from '../../application/ports/reads';
import { DEFAULT_TERMS } from '../../domain/inventory-record';
import type { StockCondition } from '../../domain/ledger/stock-key';
import { StockConditionEnum } from '../types/enums';
import type { FieldsOf } from '../types/fields';
import { isoOrNull } from '../types/instants';
import { SaleTerms, termsView } from '../inventory-record/type';
import { Item } from '../item/type';
import { listCost } from '../limits/cost';
import { DateTime, Quantity } from '../types/scalars';
import { OpenTo, OpenToLimitedKeys } from '../types/scopes';

/** How `sellable` is computed, for the descriptions of both fields that show it. */
export const SELLABLE =
  'available units − `outOfStockThreshold`, at least 0. With style STATIC or PERPETUAL, the last counted quantity replaces the available units, if there was a count. 0 when `stockAvailability` is OUT_OF_STOCK.';

@OpenToLimitedKeys()
@OpenTo('stock:read')
@ObjectType({
  description:
    'What one location can sell of an item, and on which terms. The terms come from its inventory record. Without a record, only units that are there can be sold.',
  simpleResolvers: true,
})
export class LocationAvailability extends SaleTerms {
  /** Shown as `location`. */
  readonly locationId!: string;

  @OpenTo('stock:read', 'sellable:read')
  @Field(() => StockConditionEnum, {
    description: 'The condition of the units. Always GOOD, because other units are not counted.',
  })
  readonly condition!: StockCondition;

  @Field(() => Quantity, {
    description:
      'Units in bucket AVAILABLE and condition GOOD, of any owner, pool, channel, packaging, barcode and lot. Negative when more was sold than there is.',
  })
  readonly available!: number;

  @Field(() => Quantity, {
    nullable: true,
    description:
      'The last counted quantity of these units. Stock keys that were never counted add their current quantity. Null when none was ever counted.',
  })
  readonly lastCounted!: number | null;

  @Field(() => Quantity, { description: 'Units in bucket INCOMING and condition GOOD: on their way to the location.' })
  readonly incoming!: number;

  @OpenTo('stock:read', 'sellable:read')
  @Field(() => Quantity, { description: `The number of units that can be sold now: ${SELLABLE}` })
  readonly sellable!: number;

  @OpenTo('stock:read', 'sellable:read')
  @Field(() => Quantity, {
    description:
      'How many of the requested units to take from here now. The location with the most `sellable` units gives first, until the quantity is reached.',
  })
  readonly takeNow!: number;

  @OpenTo('stock:read', 'sellable:read')
  @Field(() => Quantity, {
    description:
      'Further units that may be sold before they arrive: `backOrderAllocation`, or `incoming` when that is null. Units already sold this way are subtracted (a negative `available`). At least 0, and 0 without `backOrderHandling`.',
  })
  readonly backOrderable!: number;

  @OpenTo('stock:read', 'sellable:read')
  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the `backOrderable` units are expected: at `stockArrivalDate`, or now if that is past. Without a date, now plus `leadTime`. Null when neither is stated, and without `backOrderHandling`.',
  })
  readonly expectedFrom!: string | null;

  @OpenTo('stock:read', 'sellable:read')
  @Field(() => Quantity, {
    description:
      'How many of the requested units to take from here later, after `takeNow` of all locations. The location with the earliest `expectedFrom` gives its `backOrderable` units first. Locations without a date give last.',
  })
  readonly takeLater!: number;
}

@OpenToLimitedKeys()
@OpenTo('stock:read')
@ObjectType({
  description:
    'Whether a quantity of an item can be sold now, and from which locations. If not, when and on which terms.',
  simpleResolvers: true,
})
export class Availability {
  @OpenTo('stock:read', 'sellable:read')
  @Field(() => Item, { description: 'The requested item.' })
  readonly item!: ItemView;

  @OpenTo('stock:read', 'sellable:read')
  @Field(() => Quantity, { description: 'The requested number of units.' })
  readonly quantity!: number;

  @OpenTo('stock:read', 'sellable:read')
  @Field(() => Quantity, { description: 'Units that can be sold now: the sum of `sellable` over `locations`.' })
  readonly sellable!: number;

  @OpenTo('stock:read', 'sellable:read')
  @Field(() => Quantity, {
    description: 'Further units that may be sold before they arrive: the sum of `backOrderable` over `locations`.',
  })
  readonly backOrderable!: number;

  @OpenTo('stock:read', 'sellable:read')
  @Field(() => Boolean, { description: 'True when the whole quantity can be sold now: `quantity` ≤ `sellable`.' })
  readonly canSellNow!: boolean;

  @OpenTo('stock:read', 'sellable:read')
  @Field(() => Boolean, {
    description:
      'True when the whole quantity can be sold now or later: `quantity` ≤ `sellable` + `backOrderable`. Also true whenever `canSellNow` is.',
  })
  readonly canSellLater!: boolean;

  @OpenTo('stock:read', 'sellable:read')
  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the whole quantity is there: now if `canSellNow`, else the latest `expectedFrom` of the locations with a `takeLater`. Null when one of these is null, and when the quantity cannot be sold. Does not include dispatch times.',
  })
  readonly completeFrom!: string | null;

  @OpenTo('stock:read', 'sellable:read')
  @Field(() => [LocationAvailability], {
    description:
      'The requested locations, ordered by code. When none were requested, every location where the item has or had stock, or has an inventory record.',
    complexity: listCost,
  })
  readonly locations!: FieldsOf<LocationAvailability>[];

  @Field(() => Quantity, {
    description: 'The ledger sequence that this answer shows. It includes every movement up to it and none after it.',
  })
  readonly ledgerSequence!: number;
}

export function availabilityView(answer: AvailabilityAnswer): FieldsOf<Availability> {
  const { completeFromMs, offers, ...totals } = answer;
  return { ...totals, completeFrom: isoOrNull(completeFromMs), locations: offers.map(locationView) };
}

function locationView(offer: AvailabilityAnswer['offers'][number]): FieldsOf<LocationAvailability> {
  const { terms, backOrderFromMs, ...quantities } = offer;
  return {
    ...termsView(terms ?? DEFAULT_TERMS),
    ...quantities,
    condition: 'GOOD',
    expectedFrom: isoOrNull(backOrderFromMs),
  };
}
