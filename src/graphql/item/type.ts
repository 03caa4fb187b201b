import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { ItemView } from '../../application/ports/reads';
import { Node, NODE_ID } from '../types/node';
import { connectionOf, edgeOf } from '../paging/connection';
import { OpenTo, OpenToLimitedKeys } from '../types/scopes';

/** A name that belongs to the answer of what can be sold. */
const OpenToSellersToo = OpenTo(
  'stock:read',
  'stock:write',
  'orders:write',
  'inventory:read',
  'inventory:write',
  'sellable:read',
);

@OpenToLimitedKeys()
@OpenTo('stock:read', 'stock:write', 'orders:write', 'inventory:read', 'inventory:write')
@ObjectType({
  description: "Another name of an item, such as a barcode or a warehouse's code for it. Unique in its scheme.",
  simpleResolvers: true,
})
export class ItemIdentifier {
  @Field(() => String, {
    description: 'The kind of name, such as `UPC`, `WINIT_MERCHANDISE` or `CHANNEL_SKU`. Any word can be a scheme.',
  })
  readonly scheme!: string;

  @Field(() => String, { description: 'The name itself, exactly as given. Leading zeros are kept.' })
  readonly value!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The value as a GTIN of 14 digits. Null when the value is not a valid GTIN.',
  })
  readonly gtin!: string | null;
}

@OpenToLimitedKeys()
@OpenTo('stock:read', 'stock:write', 'orders:write', 'inventory:read', 'inventory:write')
@ObjectType({
  description: 'Something that can be sold, identified by `sku` and `specification`.',
  implements: Node,
  simpleResolvers: true,
})
export class Item implements ItemView {
  @OpenToSellersToo
  @Field(() => ID, { description: NODE_ID })
  readonly id!: string;

  /** A part of the `id`. */
  readonly itemId!: string;

  @OpenToSellersToo
  @Field(() => String, { description: "The merchant's own code for the item. Unique together with `specification`." })
  readonly sku!: string;

  @OpenToSellersToo
  @Field(() => String, {
    description: 'The variant of the sku, such as a colour or size. Empty when the sku has no variants.',
  })
  readonly specification!: string;

  @OpenToSellersToo
  @Field(() => String, { nullable: true, description: 'The display name. Null when none has been set.' })
  readonly name!: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The number of single units in one package of the item, used to unpack boxes and suites. Null when not known.',
  })
  readonly unitsPerPackage!: number | null;

  /** Shown as `archivedAt`. */
  readonly archivedAtMs!: number | null;

  /** Shown as `mergedInto`. */
  readonly mergedIntoId!: string | null;
}

@ObjectType({ description: 'An item and its cursor.', simpleResolvers: true })
class ItemEdge extends edgeOf(Item) {}

@ObjectType({ description: 'A page of items.', simpleResolvers: true })
export class ItemConnection extends connectionOf(Item, ItemEdge) {}
