import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { trustDocuments } from '../../application/commands/trust-documents';
import { AccessError } from '../../application/ports/access';
import { MAX_DOCUMENTS, type TrustedDocuments } from '../../application/ports/documents';
import type { UserError } from '../../domain/errors';
import { shown } from '../../domain/text';
import type { Context } from '../context';
import type { FieldsOf } from '../types/fields';
import { OpenTo } from '../types/scopes';
import { TrustedDocumentsPayload } from './type';

type Payload = FieldsOf<TrustedDocumentsPayload>;

@Resolver()
export class TrustedDocumentResolver {
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
    const sha256s = documentIds.map((id) => id.replace(/^sha256:/, ''));
    const faults = sha256s.flatMap((sha256, index): UserError[] => {
      if (known.has(sha256)) return [];
      const message = `There is no trusted document "${shown(documentIds[index] ?? '')}".`;
      return [{ code: 'NOT_FOUND', field: ['documentIds', String(index)], message }];
    });
    return faults.length > 0 ? refused(faults) : changed(await documents.remove(context.tenantId, sha256s));
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
  documentIds: sha256s.map((sha256) => `sha256:${sha256}`),
  userErrors: [],
});
