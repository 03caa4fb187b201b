import {
  Kind,
  type ASTVisitor,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { invalidOperation } from '../types/errors';
import { fieldsOf } from './fields';
import { GRAPHQL_LIMITS } from './limits';

/** Refuses documents with too many aliases, because each alias repeats the work of its field. */
export const aliasLimit: ValidationRule = (context) => {
  let aliases = 0;
  return {
    Field({ alias }) {
      if (alias && ++aliases === GRAPHQL_LIMITS.aliases + 1) {
        context.reportError(
          invalidOperation(`The document has more than ${GRAPHQL_LIMITS.aliases} aliases; send it in parts.`),
        );
      }
    },
  };
};

/** Refuses documents whose fragments stand for too many fields. */
export const fieldsLimit: ValidationRule = (context) => ({
  Document(document) {
    const fields = fieldsOf(document);
    if (fields <= GRAPHQL_LIMITS.fields) return;
    const message = `The document has ${fields} fields with its fragments written out; at most ${GRAPHQL_LIMITS.fields} are taken. Send it in parts.`;
    context.reportError(invalidOperation(message));
  },
});

/** Refuses operations whose fields are nested too deeply. */
export const depthLimit: ValidationRule = (context): ASTVisitor => ({
  OperationDefinition({ selectionSet }) {
    const depth = depthOf(selectionSet, context, new Map());
    if (depth > GRAPHQL_LIMITS.depth) {
      context.reportError(
        invalidOperation(
          `The query is ${depth} fields deep; at most ${GRAPHQL_LIMITS.depth} are taken. Ask for the rest by id.`,
        ),
      );
    }
  },
});

/** Measures each fragment once. One that contains itself counts as flat here, because another rule refuses it. */
function depthOf(
  { selections }: SelectionSetNode,
  context: ValidationContext,
  known: Map<FragmentDefinitionNode, number>,
): number {
  let deepest = 0;
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      // graphql-js limits introspection itself.
      if (selection.name.value.startsWith('__')) continue;
      deepest = Math.max(deepest, 1 + (selection.selectionSet ? depthOf(selection.selectionSet, context, known) : 0));
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      deepest = Math.max(deepest, depthOf(selection.selectionSet, context, known));
    } else {
      const fragment = context.getFragment(selection.name.value);
      if (fragment) deepest = Math.max(deepest, depthOfFragment(fragment, context, known));
    }
  }
  return deepest;
}

function depthOfFragment(
  fragment: FragmentDefinitionNode,
  context: ValidationContext,
  known: Map<FragmentDefinitionNode, number>,
): number {
  const depth = known.get(fragment);
  if (depth !== undefined) return depth;
  known.set(fragment, 0);
  const measured = depthOf(fragment.selectionSet, context, known);
  known.set(fragment, measured);
  return measured;
}
