import { Field, ObjectType } from 'type-graphql';
import type { ConnectionView } from '../../application/ports/reads';
import type { UserError as UserErrorView } from '../../domain/errors';
import { connectionOf, edgeOf } from '../paging/connection';
import type { FieldsOf } from '../types/fields';
import { Node } from '../types/node';
import { DateTime } from '../types/scalars';
import { OpenTo } from '../types/scopes';
import { UserError } from '../types/user-error';

@OpenTo('admin')
@ObjectType({
  description: 'Something of a connection that was rotated, and still works beside its successor.',
  simpleResolvers: true,
})
export class ConnectionOverlap {
  @Field(() => String, {
    nullable: true,
    description: 'The name of the secret. Null for the token in the path, or the bearer token.',
  })
  readonly secret!: string | null;

  @Field(() => DateTime, { description: 'Until when the old one works.' })
  readonly until!: string;
}

@OpenTo('admin')
@ObjectType({
  description:
    'A connection: one configured counterpart of the merchant, such as an account at a warehouse. Its secrets were shown when they were generated, and are never shown again.',
  implements: Node,
  simpleResolvers: true,
})
export class ConnectionNode implements ConnectionView {
  /** Part of the `id`. */
  readonly connectionId!: string;

  @Field(() => String, { description: 'The origin that its movements show. Unique.' })
  readonly name!: string;

  @Field(() => String, { description: 'The wire format: jerry, winit, increff, comestri or standard.' })
  readonly kind!: ConnectionView['kind'];

  @Field(() => String, {
    nullable: true,
    description: 'The code of the location that it is bound to. Null when it is bound to none.',
  })
  readonly locationCode!: string | null;

  /** Shown as `location`. */
  readonly locationId!: string | null;

  @Field(() => String, { description: 'The settings, as a JSON object. Those that are left out have their defaults.' })
  readonly settings!: string;

  @Field(() => DateTime, { description: 'When the connection was created.' })
  readonly createdAt!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was disabled: it takes nothing. Null when it is not disabled.',
  })
  readonly disabledAt!: string | null;

  @Field(() => [ConnectionOverlap], {
    description: 'What was rotated and still works beside its successor. Empty when nothing does.',
  })
  readonly overlaps!: readonly ConnectionOverlap[];
}

@ObjectType({ description: 'A connection and its cursor.', simpleResolvers: true })
class ConnectionEdge extends edgeOf(ConnectionNode) {}

@ObjectType({ description: 'A page of connections.', simpleResolvers: true })
export class ConnectionConnection extends connectionOf(ConnectionNode, ConnectionEdge) {}

@OpenTo('admin')
@ObjectType({ description: 'A secret of a connection that was generated.', simpleResolvers: true })
export class ConnectionSecret {
  @Field(() => String, { description: 'The name of the secret. The bearer token is named `token`.' })
  readonly name!: string;

  @Field(() => String, { description: 'The secret itself.' })
  readonly value!: string;
}

@OpenTo('admin')
@ObjectType({ description: 'The result of a change of a connection.', simpleResolvers: true })
export class ConnectionPayload {
  /** Shown as `connection`. */
  readonly connectionId!: string | null;

  @Field(() => [ConnectionSecret], {
    description: 'The secrets that were generated, which are shown only here. Secrets that were given are not shown.',
  })
  readonly secrets!: readonly FieldsOf<ConnectionSecret>[];

  @Field(() => String, {
    nullable: true,
    description:
      'Where the counterpart sends its messages. A token in the path is shown only here, so this is null where the token is in the path and is not new.',
  })
  readonly url!: string | null;

  @Field(() => [UserError], {
    description: 'Why the change was refused, one entry for each problem. Empty when it was made.',
  })
  readonly userErrors!: readonly UserErrorView[];
}
