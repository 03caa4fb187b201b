import { Field, Int, ObjectType } from 'type-graphql';
import { MAX_DOCUMENT_BYTES, MAX_DOCUMENTS } from '../../application/ports/documents';
import type { DocumentManifestView, TrustedDocumentView } from '../../application/ports/reads';
import type { UserError as UserErrorView } from '../../domain/errors';
import { connectionOf, edgeOf } from '../paging/connection';
import { Node } from '../types/node';
import { DateTime } from '../types/scalars';
import { OpenTo } from '../types/scopes';
import { UserError } from '../types/user-error';

@OpenTo('admin')
@ObjectType({
  description: 'A GraphQL document that clients may name by its hash, instead of sending its text.',
  implements: Node,
  simpleResolvers: true,
})
export class TrustedDocument implements TrustedDocumentView {
  /** Shown as `documentId`. */
  readonly sha256!: string;

  @Field(() => [String], { description: 'The names of its operations. Empty when its only operation has none.' })
  readonly operations!: readonly string[];

  @Field(() => Int, { description: 'The length of its text in UTF-8.' })
  readonly bytes!: number;

  @Field(() => DateTime, { description: 'When it was added.' })
  readonly addedAt!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The API client that added it, or `command line`. Null when the audit has no entry of it.',
  })
  readonly addedBy!: string | null;
}

@ObjectType({ description: 'A trusted document and its cursor.', simpleResolvers: true })
class TrustedDocumentEdge extends edgeOf(TrustedDocument) {}

@ObjectType({ description: 'A page of trusted documents.', simpleResolvers: true })
export class TrustedDocumentConnection extends connectionOf(TrustedDocument, TrustedDocumentEdge) {}

@OpenTo('admin')
@ObjectType({ description: "What holds for all of the tenant's trusted documents.", simpleResolvers: true })
export class TrustedDocumentManifest implements DocumentManifestView {
  @Field(() => Boolean, {
    description: 'Whether nothing else is served. The command `stockbridge documents only` sets it.',
  })
  readonly onlyTrusted!: boolean;

  @Field(() => Int, { description: 'Goes up with every change of the documents or of `onlyTrusted`.' })
  readonly revision!: number;

  @Field(() => Int, { description: `How many there are, at most ${MAX_DOCUMENTS}.` })
  readonly documents!: number;

  @Field(() => Int, { description: `The length of their texts together, at most ${MAX_DOCUMENT_BYTES}.` })
  readonly bytes!: number;
}

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
