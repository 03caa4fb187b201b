import { Field, ObjectType } from 'type-graphql';
import type {
  AvailabilityAnswer,
  LocationAvailability as LocationAnswer,
} from '../../application/queries/find-availability';
import type { ItemView } from '../../application/ports/reads';
import type { StockCondition } from '../../domain/ledger/stock-key';
import { StockConditionEnum } from '../types/enums';
import type { FieldsOf } from '../types/fields';
import { isoOrNull } from '../types/instants';
import { SaleTerms, termsView } from '../inventory-record/type';
import { Item } from '../item/type';
import { listCost } from '../limits/cost';
import { DateTime, Quantity } from '../types/scalars';

/** How the units come about that can be sold now. The same number wherever it is shown. */
export const SELLABLE =
  'available less outOfStockThreshold, but not below zero. Where the style is STATIC or PERPETUAL and there has been a count, what the last count stated stands in place of available. 0 where stockAvailability is OUT_OF_STOCK.';

@ObjectType({
  description:
    'What one location can give of an item, and on what terms. Terms come from its inventory record; where it has none, the item is sold as it is there and never before it is there.',
  simpleResolvers: true,
})
export class LocationAvailability extends SaleTerms {
  /** Shown as `location`. */
  readonly locationId!: string;

  @Field(() => StockConditionEnum, { description: 'In which condition the units are: GOOD, no others are counted.' })
  readonly condition!: StockCondition;

  @Field(() => Quantity, {
    description:
      'Units in bucket AVAILABLE and condition GOOD, of any owner, pool, channel, packaging, barcode and lot. Below zero where more was sold than there is.',
  })
  readonly available!: number;

  @Field(() => Quantity, {
    nullable: true,
    description:
      'What the last accepted counts of these units stated, with the quantity of those stock keys that were never counted; null where none was.',
  })
  readonly lastCounted!: number | null;

  @Field(() => Quantity, { description: 'Units in bucket INCOMING and condition GOOD.' })
  readonly incoming!: number;

  @Field(() => Quantity, { description: `Units that can be sold now: ${SELLABLE}` })
  readonly sellable!: number;

  @Field(() => Quantity, {
    description:
      'Units of the asked quantity to take from here now. Locations give all that is sellable, the one with most first, until the quantity is reached.',
  })
  readonly takeNow!: number;

  @Field(() => Quantity, {
    description:
      'Further units that may be sold before they are there: backOrderAllocation, or incoming where there is none, less what has been sold that way already (an available below zero), but not below zero. 0 without a backOrderHandling.',
  })
  readonly backOrderable!: number;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'From when the backOrderable units can be expected: stockArrivalDate, or now where that is past; without one, now and the leadTime. Null without a backOrderHandling, and where neither is said.',
  })
  readonly expectedFrom!: string | null;

  @Field(() => Quantity, {
    description:
      'Units of the asked quantity to take from here later, for what takeNow leaves missing. Locations give all that is backOrderable, the earliest expectedFrom first, those without one last.',
  })
  readonly takeLater!: number;
}

@ObjectType({
  description: 'Whether a quantity of an item can be sold: now and from where, and if not now, when and on what terms.',
  simpleResolvers: true,
})
export class Availability {
  @Field(() => Item, { description: 'What is asked about.' })
  readonly item!: ItemView;

  @Field(() => Quantity, { description: 'The quantity that was asked for.' })
  readonly quantity!: number;

  @Field(() => Quantity, { description: 'Units that can be sold now: the sum of sellable over the locations.' })
  readonly sellable!: number;

  @Field(() => Quantity, {
    description: 'Further units that may be sold before they are there: the sum of backOrderable over the locations.',
  })
  readonly backOrderable!: number;

  @Field(() => Boolean, { description: 'Whether the quantity can be sold now: it is not more than sellable.' })
  readonly canSellNow!: boolean;

  @Field(() => Boolean, {
    description: 'Whether the quantity can be sold at all: it is not more than sellable and backOrderable together.',
  })
  readonly canSellLater!: boolean;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'From when the whole quantity can be dispatched from: now where canSellNow, else the latest expectedFrom of the locations with a takeLater. Null where one of these is not known, and where the quantity cannot be sold. Dispatch times are not included.',
  })
  readonly completeFrom!: string | null;

  @Field(() => [LocationAvailability], {
    description:
      'The locations that were asked about, or else every one where the item has stock, had it or has a record, in the order of their code.',
    complexity: listCost,
  })
  readonly locations!: FieldsOf<LocationAvailability>[];

  @Field(() => Quantity, {
    description: 'The ledger sequence that this answer shows: everything up to there, and nothing beyond.',
  })
  readonly ledgerSequence!: number;
}

export function availabilityView(answer: AvailabilityAnswer): FieldsOf<Availability> {
  const { item, quantity, sellable, backOrderable, canSellNow, canSellLater, ledgerSequence } = answer;
  return {
    item,
    quantity,
    sellable,
    backOrderable,
    canSellNow,
    canSellLater,
    completeFrom: isoOrNull(answer.completeFromMs),
    locations: answer.locations.map(locationView),
    ledgerSequence,
  };
}

function locationView({ stock, offer }: LocationAnswer): FieldsOf<LocationAvailability> {
  return {
    ...termsView(stock.record),
    locationId: stock.locationId,
    condition: 'GOOD',
    available: stock.available,
    lastCounted: stock.lastCounted,
    incoming: stock.incoming,
    sellable: offer.sellable,
    takeNow: offer.takeNow,
    backOrderable: offer.backOrderable,
    expectedFrom: isoOrNull(offer.backOrderFromMs),
    takeLater: offer.takeLater,
  };
}
