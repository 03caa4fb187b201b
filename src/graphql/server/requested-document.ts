import { hash } from 'node:crypto';
import type { GraphQLError } from 'graphql';
import { documentIdOf, sha256OfDocument, type DocumentDirectory } from '../../application/ports/documents';
import { shown } from '../../domain/text';
import { badDocument } from '../types/errors';
import { isRecord } from './known-operations';

/** A request with its document's text in `query`, or why it is refused. */
type RequestedDocument = { readonly body: unknown } | { readonly refused: GraphQLError };

/**
 * Puts the text of the trusted document in the place of its id, in a request that names one.
 *
 * @param note is told the id that the request names, whether there is such a document or not
 */
export type FindDocument = (
  tenantId: string,
  body: unknown,
  note: (documentId: string) => void,
) => Promise<RequestedDocument>;

type Members = Readonly<Record<string, unknown>>;

/** Which document a request names. */
interface Named {
  /** 64 lower-case hex digits; undefined for an id of another form, which no document has. */
  readonly sha256: string | undefined;
  /** The request without the id. */
  readonly rest: Members;
  /** The refusal when there is no such document. */
  readonly unknown: () => GraphQLError;
}

/**
 * Reads two forms of an id: `documentId` of the GraphQL over HTTP specification, with the prefix `sha256:` or without it, and
 * the extension `persistedQuery` of Apollo's clients. Apollo's also send the text with it, after they were told that the id is
 * not known.
 */
export function createFindDocument(documents: DocumentDirectory): FindDocument {
  return async (tenantId, body, note) => {
    const named = isRecord(body) ? readName(body) : undefined;
    if (named && 'refused' in named) return named;
    // An id of another form is the client's own text, which the log does not repeat.
    if (named?.sha256 !== undefined) note(documentIdOf(named.sha256));
    const hasText = named !== undefined && typeof named.rest['query'] === 'string';
    const onlyTrusted = await documents.servesOnlyTrusted(tenantId);
    if (!onlyTrusted && (!named || hasText)) return { body: named?.rest ?? body };
    if (!named) return { refused: DOCUMENT_REQUIRED() };
    const query = named.sha256 === undefined ? undefined : await documents.textOf(tenantId, named.sha256);
    if (query !== undefined) return { body: { ...named.rest, query } };
    return { refused: hasText ? DOCUMENT_REQUIRED() : named.unknown() };
  };
}

const DOCUMENT_REQUIRED = (): GraphQLError =>
  badDocument(
    'PERSISTED_DOCUMENT_REQUIRED',
    'Only trusted documents are served: send the documentId of one, no query.',
  );

function readName(body: Members): Named | { readonly refused: GraphQLError } | undefined {
  const { documentId = null, query = null, ...others } = body;
  if (documentId === null) return readApolloName(body);
  if (typeof documentId !== 'string') {
    return { refused: badDocument('BAD_USER_INPUT', 'documentId is not a text: send sha256: and 64 hex digits.') };
  }
  if (query !== null) return { refused: badDocument('BAD_USER_INPUT', 'Send query or documentId, not both of them.') };
  if (isRecord(others['extensions']) && others['extensions']['persistedQuery'] != null) {
    const message = 'Send documentId or extensions.persistedQuery, not both of them.';
    return { refused: badDocument('BAD_USER_INPUT', message) };
  }
  const sha256 = sha256OfDocument(documentId);
  const message = `There is no trusted document "${shown(documentId)}": documents are known by sha256: and the 64 hex digits of the SHA-256 of their text.`;
  return { sha256, rest: others, unknown: () => badDocument('PERSISTED_DOCUMENT_NOT_FOUND', message) };
}

/** Undefined also for an extension of another version, which Apollo Server then refuses. */
function readApolloName(body: Members): Named | { readonly refused: GraphQLError } | undefined {
  const { extensions, ...others } = body;
  if (!isRecord(extensions) || !isRecord(extensions['persistedQuery'])) return undefined;
  const { persistedQuery, ...otherExtensions } = extensions;
  const { version, sha256Hash } = persistedQuery;
  if (version !== 1 || typeof sha256Hash !== 'string' || !/^[\da-f]{64}$/.test(sha256Hash)) return undefined;
  const { query } = others;
  if (typeof query === 'string' && hash('sha256', query, 'hex') !== sha256Hash) {
    return { refused: badDocument('BAD_USER_INPUT', 'sha256Hash is not the SHA-256 of the query.') };
  }
  const rest = Object.keys(otherExtensions).length > 0 ? { ...others, extensions: otherExtensions } : others;
  // Apollo's clients look for this message, and send the text then.
  const unknown = (): GraphQLError => badDocument('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
  return { sha256: sha256Hash, rest, unknown };
}
