import { Field, ObjectType } from 'type-graphql';
import type { LookalikeKind, LookalikeView } from '../../application/ports/reads';
import { connectionOf, edgeOf } from '../paging/connection';
import { LookalikeKindEnum } from '../types/enums';
import { OpenTo } from '../types/scopes';

@OpenTo('stock:read')
@ObjectType({
  description:
    'Names that differ only in form: in case, width, kinds of blanks or hyphens, or as forms of one GTIN. They may mean one thing that has two names by mistake.',
  simpleResolvers: true,
})
export class Lookalike implements LookalikeView {
  @Field(() => LookalikeKindEnum, { description: 'What the names are names of.' })
  readonly kind!: LookalikeKind;

  @Field(() => String, {
    description: 'The scheme of identifiers, or the sku of specifications. Empty for the other kinds.',
  })
  readonly scope!: string;

  @Field(() => String, {
    description: 'What the names have in common: the form in which they are equal, or the GTIN-14.',
  })
  readonly collisionKey!: string;

  @Field(() => [String], { description: 'The names, each once. At most 50 are shown.' })
  readonly names!: readonly string[];

  /** Shown as `items`. */
  readonly itemIds!: readonly string[];

  /** Shown as `locations`. */
  readonly locationIds!: readonly string[];
}

@ObjectType({ description: 'A group of look-alikes and its cursor.', simpleResolvers: true })
class LookalikeEdge extends edgeOf(Lookalike) {}

@ObjectType({ description: 'A page of groups of look-alikes.', simpleResolvers: true })
export class LookalikeConnection extends connectionOf(Lookalike, LookalikeEdge) {}
