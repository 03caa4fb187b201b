import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { ItemView } from '../../application/ports/reads';
import { connectionOf, edgeOf } from '../paging/connection';

@ObjectType({ description: 'Another name of an item.', simpleResolvers: true })
export class ItemIdentifier {
  @Field(() => String, {
    description: 'What kind of name it is, such as UPC, WINIT_MERCHANDISE or CHANNEL_SKU; any word may be used.',
  })
  readonly scheme!: string;

  @Field(() => String, { description: 'The name itself, exactly as given, leading zeros included.' })
  readonly value!: string;

  @Field(() => String, { nullable: true, description: 'The 14-digit GTIN, where the value is a valid one.' })
  readonly gtin!: string | null;
}

@ObjectType({ description: 'A sellable thing.', simpleResolvers: true })
export class Item implements ItemView {
  @Field(() => ID, { description: 'Stays the same for as long as the item exists.' })
  readonly id!: string;

  @Field(() => String, { description: "The merchant's own code for it. Unique together with the specification." })
  readonly sku!: string;

  @Field(() => String, { description: 'Which variant it is, such as a colour or size; empty where there are none.' })
  readonly specification!: string;

  @Field(() => String, { nullable: true, description: 'For people to read.' })
  readonly name!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many single units a package of it holds; null where that is not known.',
  })
  readonly unitsPerPackage!: number | null;
}

@ObjectType({ description: 'An item in a page.', simpleResolvers: true })
class ItemEdge extends edgeOf(Item) {}

@ObjectType({ description: 'A page of items.', simpleResolvers: true })
export class ItemConnection extends connectionOf(Item, ItemEdge) {}
