import type { CheckedDocument, TrustedDocuments } from '../ports/documents';

/** What is wrong with a document, and where in it. Lines and columns count from 1. */
interface DocumentFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Says which operations a document has, or why it cannot be trusted. */
export type CheckDocument = (
  text: string,
) => { readonly operations: readonly string[] } | { readonly faults: readonly DocumentFault[] };

/** A fault, and which of the given documents has it. */
export interface IndexedFault extends DocumentFault {
  readonly index: number;
}

/** Most faults that are told at once. */
const MAX_FAULTS = 20;

/** The hashes of the documents that are new, or why none was saved. */
export type Trusted = { readonly added: readonly string[] } | { readonly faults: readonly IndexedFault[] };

/** Saves documents that clients may then name by their hash: all of them, or none where one has a fault. */
export async function trustDocuments(
  documents: Pick<TrustedDocuments, 'add'>,
  check: CheckDocument,
  tenantId: string,
  texts: readonly string[],
): Promise<Trusted> {
  const faults: IndexedFault[] = [];
  const checked: CheckedDocument[] = [];
  for (const [index, text] of texts.entries()) {
    if (faults.length >= MAX_FAULTS) break;
    const verdict = check(text);
    if ('faults' in verdict) faults.push(...verdict.faults.map((fault) => ({ index, ...fault })));
    else checked.push({ text, operations: verdict.operations });
  }
  return faults.length > 0
    ? { faults: faults.slice(0, MAX_FAULTS) }
    : { added: await documents.add(tenantId, checked) };
}
