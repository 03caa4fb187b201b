import { Field, ID, ObjectType } from 'type-graphql';
import type { LocationView } from '../../application/ports/reads';
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
@ObjectType({ description: 'A warehouse, or a part of one.', implements: Node, simpleResolvers: true })
export class Location implements LocationView {
  @OpenToSellersToo
  @Field(() => ID, { description: NODE_ID })
  readonly id!: string;

  /** A part of the `id`. */
  readonly locationId!: string;

  @OpenToSellersToo
  @Field(() => String, { description: "The merchant's own code for the location. Unique." })
  readonly code!: string;

  @OpenToSellersToo
  @Field(() => String, { nullable: true, description: 'The display name. Null when none has been set.' })
  readonly name!: string | null;

  /** Shown as `parent`. */
  readonly parentId!: string | null;

  /** Not shown: only vendor forms know it. */
  readonly vendorId!: number | null;

  /** Shown as `archivedAt`. */
  readonly archivedAtMs!: number | null;
}

@ObjectType({ description: 'A location and its cursor.', simpleResolvers: true })
class LocationEdge extends edgeOf(Location) {}

@ObjectType({ description: 'A page of locations.', simpleResolvers: true })
export class LocationConnection extends connectionOf(Location, LocationEdge) {}
