import { Kind, OperationTypeNode, visit, type ASTNode, type FieldNode, type SelectionSetNode } from 'graphql';
import { fragmentsOf } from './fields';
import type { CostedOperation } from './query-cost';

/** What a mutation costs, and again each element of a list that it is given: a row to post takes so much of the gateway. */
export const ROW_COST = 20;

/** The lists that an operation's mutations are given. */
interface Given {
  /** The mutations, and the elements of lists that are written out in the document. */
  readonly written: number;
  /** The variables, each as often as it is used. */
  readonly variables: readonly string[];
  /** Elements of the variables' default values. */
  readonly defaults: ReadonlyMap<string, number>;
}

/** The cost of what an operation writes: 0 for a query. */
export function createWriteCost(): (costed: CostedOperation) => number {
  // Kept as long as the document is.
  const known = new WeakMap<object, Given>();
  return (costed) => {
    const { operation, variables } = costed;
    if (operation.operation !== OperationTypeNode.MUTATION) return 0;
    const given = known.get(operation) ?? givenTo(costed);
    known.set(operation, given);
    const elements = given.variables.map((name) =>
      Object.hasOwn(variables, name) ? elementsOf(variables[name]) : (given.defaults.get(name) ?? 0),
    );
    return ROW_COST * elements.reduce((sum, count) => sum + count, given.written);
  };
}

/** Elements of lists within a value of a variable. */
function elementsOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const parts: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  let elements = Array.isArray(value) ? parts.length : 0;
  for (const part of parts) elements += elementsOf(part);
  return elements;
}

function givenTo({ document, operation }: CostedOperation): Given {
  const fragments = fragmentsOf(document);
  // A rule has bounded the fields with fragments written out, and another has refused fragments within themselves.
  const mutationsOf = (selected: SelectionSetNode | undefined): readonly FieldNode[] =>
    (selected?.selections ?? []).flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection];
      if (selection.kind === Kind.INLINE_FRAGMENT) return mutationsOf(selection.selectionSet);
      return mutationsOf(fragments.get(selection.name.value)?.selectionSet);
    });
  const mutations = mutationsOf(operation.selectionSet);
  const all = mutations.flatMap(({ arguments: given = [] }) => given.map(listsIn));
  const defaults = (operation.variableDefinitions ?? []).map(({ variable, defaultValue }): [string, number] => [
    variable.name.value,
    defaultValue ? listsIn(defaultValue).written : 0,
  ]);
  return {
    written: all.reduce((sum, { written }) => sum + written, mutations.length),
    variables: all.flatMap(({ variables }) => variables),
    defaults: new Map(defaults),
  };
}

function listsIn(node: ASTNode): Pick<Given, 'written' | 'variables'> {
  let written = 0;
  const variables: string[] = [];
  visit(node, {
    ListValue({ values }) {
      written += values.length;
    },
    Variable({ name }) {
      variables.push(name.value);
    },
  });
  return { written, variables };
}
