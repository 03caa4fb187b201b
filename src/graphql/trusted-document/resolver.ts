import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { trustDocuments } from '../../application/commands/trust-documents';
import { AccessError } from '../../application/ports/access';
import {
  documentIdOf,
  MAX_DOCUMENTS,
  sha256OfDocument,
  type TrustedDocuments,
} from '../../application/ports/documents';
import type { DocumentManifestView, TrustedDocumentView } from '../../application/ports/reads';
import type { UserError } from '../../domain/errors';
import { documentNodeId } from '../../domain/node-ids';
import { shown } from '../../domain/text';
import type { Context } from '../context';
import { BODY_COST, pageCost } from '../limits/cost';
import { Connection } from '../paging/connection';
import { Cursors, type List } from '../paging/cursors';
import { PageArgs, pageRequest } from '../paging/page-args';
import { selectionOf } from '../paging/selection';
import type { FieldsOf } from '../types/fields';
import { NODE_ID } from '../types/node';
import { OpenTo } from '../types/scopes';
import { trustedDocumentLoaders } from './loaders';
import { TrustedDocument, TrustedDocumentConnection, TrustedDocumentManifest, TrustedDocumentsPayload } from './type';

type Payload = FieldsOf<TrustedDocumentsPayload>;

const TRUSTED_DOCUMENTS: List = { name: 'trustedDocuments', key: ['quantity', 'text'] };

@Resolver(() => TrustedDocument)
export class TrustedDocumentResolver {
  @OpenTo('admin')
  @Query(() => TrustedDocument, {
    nullable: true,
    description: 'Finds a trusted document by the id that clients send. Null when there is none.',
  })
  trustedDocument(
    @Arg('documentId', () => String, { description: 'Its id, with `sha256:` or without it.' }) documentId: string,
    @Ctx() context: Context,
  ): Promise<TrustedDocumentView | null> | null {
    const sha256 = sha256OfDocument(documentId);
    return sha256 === undefined ? null : context.loadersOf(trustedDocumentLoaders).document.load(sha256);
  }

  @OpenTo('admin')
  @Query(() => TrustedDocumentConnection, {
    description: "Lists the tenant's trusted documents, in the order in which they were added.",
    complexity: pageCost,
  })
  async trustedDocuments(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<TrustedDocumentView>> {
    const cursors = new Cursors(TRUSTED_DOCUMENTS, null);
    const page = await reads.trustedDocuments(tenantId, pageRequest(args, cursors, selectionOf(info)));
    return new Connection(page, cursors, ({ addedAt, sha256 }) => [Date.parse(addedAt), sha256]);
  }

  @OpenTo('admin')
  @Query(() => TrustedDocumentManifest, {
    description: "Shows what holds for all of the tenant's trusted documents.",
  })
  trustedDocumentManifest(@Ctx() { reads, tenantId }: Context): Promise<DocumentManifestView> {
    return reads.documentManifest(tenantId);
  }

  @OpenTo('admin')
  @Mutation(() => TrustedDocumentsPayload, {
    description:
      'Saves GraphQL documents, which clients can then name by `documentId`: all of them, or none when one has a fault. Those that are saved already stay. Refused with INVALID_INPUT when a document does not fit the schema or its limits, or when there would be too many. Each change is kept as an audit entry.',
  })
  async trustedDocumentsAdd(
    @Arg('documents', () => [String], { description: 'The exact texts that clients hash.' }) documents: string[],
    @Ctx() context: Context,
  ): Promise<Payload> {
    const tooMany = countFault('documents', documents.length);
    if (tooMany) return refused([tooMany]);
    try {
      const trusted = await trustDocuments(
        documentsOf(context),
        context.services.checkDocument,
        context.tenantId,
        documents,
      );
      if ('added' in trusted) return changed(trusted.added);
      return refused(
        trusted.faults.map(({ index, line, column, message }) =>
          invalid(['documents', String(index)], `Line ${line}, column ${column}: ${message}`),
        ),
      );
    } catch (error) {
      if (error instanceof AccessError) return refused([invalid(['documents'], `${error.message}.`)]);
      throw error;
    }
  }

  @OpenTo('admin')
  @Mutation(() => TrustedDocumentsPayload, {
    description:
      'Removes documents: clients cannot name them any more. Refused with NOT_FOUND when one is not there, and then none is removed. Each change is kept as an audit entry.',
  })
  async trustedDocumentsRemove(
    @Arg('documentIds', () => [String], { description: 'Their ids, with `sha256:` or without it.' })
    documentIds: string[],
    @Ctx() context: Context,
  ): Promise<Payload> {
    const tooMany = countFault('documentIds', documentIds.length);
    if (tooMany) return refused([tooMany]);
    const documents = documentsOf(context);
    const known = new Set((await documents.list(context.tenantId)).map(({ sha256 }) => sha256));
    const sha256s = documentIds.map((id) => sha256OfDocument(id) ?? '');
    const faults = sha256s.flatMap((sha256, index): UserError[] => {
      if (known.has(sha256)) return [];
      const message = `There is no trusted document "${shown(documentIds[index] ?? '')}".`;
      return [{ code: 'NOT_FOUND', field: ['documentIds', String(index)], message }];
    });
    return faults.length > 0 ? refused(faults) : changed(await documents.remove(context.tenantId, sha256s));
  }

  @FieldResolver(() => ID, { description: NODE_ID })
  id(@Root() { sha256 }: TrustedDocumentView): string {
    return documentNodeId(sha256);
  }

  @FieldResolver(() => String, {
    description: 'The id that clients send: `sha256:` and the 64 hex digits of the SHA-256 of its text.',
  })
  documentId(@Root() { sha256 }: TrustedDocumentView): string {
    return documentIdOf(sha256);
  }

  @FieldResolver(() => String, { description: 'Its exact text.', complexity: BODY_COST })
  async text(@Root() { sha256 }: TrustedDocumentView, @Ctx() context: Context): Promise<string | undefined> {
    return (await context.loadersOf(trustedDocumentLoaders).text.load(sha256))?.text;
  }
}

const documentsOf = ({ services, principal, address }: Context): TrustedDocuments =>
  services.trustedDocumentsAs({ name: principal.clientName, keyId: principal.keyId, address });

function countFault(field: string, count: number): UserError | undefined {
  if (count >= 1 && count <= MAX_DOCUMENTS) return undefined;
  return invalid([field], `${field} has ${count} entries: give 1 to ${MAX_DOCUMENTS}.`);
}

const invalid = (field: readonly string[], message: string): UserError => ({ code: 'INVALID_INPUT', field, message });
const refused = (userErrors: readonly UserError[]): Payload => ({ documentIds: [], userErrors });
const changed = (sha256s: readonly string[]): Payload => ({
  documentIds: sha256s.map(documentIdOf),
  userErrors: [],
});
