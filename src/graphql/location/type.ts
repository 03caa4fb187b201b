import { Field, ID, ObjectType } from 'type-graphql';
import type { LocationView } from '../../application/ports/reads';
import { connectionOf, edgeOf } from '../paging/connection';

@ObjectType({ description: 'A warehouse or part of one.', simpleResolvers: true })
export class Location implements LocationView {
  @Field(() => ID, { description: 'Stays the same for as long as the location exists.' })
  readonly id!: string;

  @Field(() => String, { description: "The merchant's own code for it. Unique." })
  readonly code!: string;

  @Field(() => String, { nullable: true, description: 'For people to read.' })
  readonly name!: string | null;

  /** Shown as `parent`. */
  readonly parentId!: string | null;
}

@ObjectType({ description: 'A location in a page.', simpleResolvers: true })
class LocationEdge extends edgeOf(Location) {}

@ObjectType({ description: 'A page of locations.', simpleResolvers: true })
export class LocationConnection extends connectionOf(Location, LocationEdge) {}
