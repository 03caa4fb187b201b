import { BREAK, visit, type DocumentNode } from 'graphql';
import { isPublishable, type Principal, type SchemaViewers } from '../../application/ports/access';
import { INTROSPECTION_COSTS } from './cost';

/** Whether a caller may look at the schema: by introspection, or by the suggestions in messages of errors. */
export type SeesSchema = (principal: Principal) => boolean;

/** Nobody without an API key gets as far as this. */
export function schemaVisibility(viewers: SchemaViewers): SeesSchema {
  switch (viewers) {
    case 'keys':
      // A key in a web page is everybody's.
      return ({ scopes }) => !isPublishable(scopes);
    case 'admin':
      return ({ scopes }) => scopes.has('admin');
    case 'nobody':
      return () => false;
  }
}

/** Whether a document asks for the schema. `__typename` says nothing that the document does not. */
export function asksForSchema(document: DocumentNode): boolean {
  let asks = false;
  visit(document, {
    Field: ({ name }) => {
      if (!INTROSPECTION_COSTS.has(name.value)) return undefined;
      asks = true;
      return BREAK;
    },
  });
  return asks;
}

/** A message without what graphql-js puts at its end: names of the schema like the one that was sent. */
export const withoutSuggestions = (message: string): string => message.replace(/ Did you mean .*$/s, '');
