import { Field, ObjectType } from 'type-graphql';
import type { UserError as UserErrorView } from '../../domain/errors';
import { OpenTo } from '../types/scopes';
import { UserError } from '../types/user-error';

@OpenTo('admin')
@ObjectType({ description: 'The result of a change of trusted documents.', simpleResolvers: true })
export class TrustedDocumentsPayload {
  @Field(() => [String], {
    description: 'The ids of the documents that were added or removed, as `sha256:` and 64 hex digits.',
  })
  readonly documentIds!: readonly string[];

  @Field(() => [UserError], {
    description: 'Why the change was refused, one entry for each problem. Empty when it was made.',
  })
  readonly userErrors!: readonly UserErrorView[];
}
