import { readFile, stat } from 'node:fs/promises';
import { hash } from 'node:crypto';
import { isNativeError } from 'node:util/types';
import { MAX_DOCUMENT_BYTES } from '../application/ports/documents';
import { shown } from '../domain/text';
import { CommandError } from '../failures';

/** A document of a file. */
export interface FileDocument {
  /** The file, and the id in it where it has several documents. */
  readonly place: string;
  readonly text: string;
}

/** JSON escapes make a list of documents longer than their texts. */
const MAX_FILE_BYTES = 2 * MAX_DOCUMENT_BYTES;

/**
 * Reads a file of documents: GraphQL, whose whole text is one document, or the JSON that tools of clients write, with
 * documents by their ids. Apollo's and those of graphql-codegen, Relay and urql are known. Throws CommandError.
 */
export async function readDocuments(file: string): Promise<readonly FileDocument[]> {
  const text = await readText(file);
  if (!file.toLowerCase().endsWith('.json')) return [{ place: file, text }];
  const documents = documentsOf(parseJson(file, text));
  if (!documents) {
    const forms = '{"<sha256>": "<document>"}, or an apollo-persisted-query-manifest';
    throw new CommandError(`${file} is no list of documents: write ${forms}`);
  }
  return documents.map(([id, document]) => {
    const place = `${file} ${shown(id)}`;
    if (id.replace(/^sha256:/, '') === hash('sha256', document, 'hex')) return { place, text: document };
    throw new CommandError(
      `${place}: the id is not the SHA-256 of its document. Let the tool that wrote it use SHA-256`,
    );
  });
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MAX_FILE_BYTES) throw new CommandError(`${file} has ${size} bytes; at most ${MAX_FILE_BYTES} are read`);
    // A byte order mark counts for the hash, as every other byte does.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(file));
  } catch (error) {
    if (error instanceof CommandError || !isNativeError(error)) throw error;
    const fault = error instanceof TypeError ? 'it is not UTF-8' : error.message;
    throw new CommandError(`${file} cannot be read (${fault})`, { cause: error });
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandError(`${file} is not JSON (${isNativeError(error) ? error.message : ''})`, { cause: error });
  }
}

/** Pairs of id and text; undefined for JSON of another form. */
function documentsOf(value: unknown): readonly (readonly [string, string])[] | undefined {
  if (!isRecord(value)) return undefined;
  const pairs =
    value['format'] === 'apollo-persisted-query-manifest' && Array.isArray(value['operations'])
      ? value['operations'].map((operation: unknown) =>
          isRecord(operation) ? [operation['id'], operation['body']] : [],
        )
      : Object.entries(value);
  return pairs.every(isPair) ? pairs : undefined;
}

const isPair = (pair: readonly unknown[]): pair is [string, string] =>
  pair.length === 2 && pair.every((part) => typeof part === 'string');

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
