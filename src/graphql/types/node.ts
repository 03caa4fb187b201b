import { Field, ID, InterfaceType } from 'type-graphql';
import { OpenToAnyKey, OpenToLimitedKeys } from './scopes';

/** The description of every field `id`. */
export const NODE_ID = 'The id, which says what it is of. It never changes. Treat it as opaque; `node` finds it again.';

/** The description of the `id` of a view, which is another one for each moment. */
export const VIEW_ID =
  'The id, which says what it is of. A view as of a past moment has an id of its own, so a cache does not take it for the present. Treat it as opaque; `node` finds it again.';

@OpenToLimitedKeys()
@OpenToAnyKey()
@InterfaceType({
  description: 'Everything with an id of its own. Ids are opaque and say their type.',
})
export abstract class Node {
  @Field(() => ID, { description: NODE_ID })
  readonly id!: string;
}
