import { Kind, type FieldNode, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';

/** The fields that a query selects below one of its fields, as paths such as `nodes.levels`. */
export type Selection = ReadonlySet<string>;

/** Resolvers look no deeper than `edges.node.field`. */
const MAX_DEPTH = 3;

/** Documents are cached, so that their nodes live on from request to request. */
const known = new WeakMap<FieldNode, Selection>();

/**
 * What is selected below the field that is being resolved, so that only that is read. Fields under a directive count as
 * selected, whatever its variable says: reading too much is not wrong.
 */
export function selectionOf({
  fieldNodes,
  fragments,
}: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>): Selection {
  const [only, ...others] = fieldNodes;
  const cached = only && others.length === 0 ? known.get(only) : undefined;
  if (cached) return cached;
  const paths = new Set<string>();
  for (const { selectionSet } of fieldNodes) if (selectionSet) collect(selectionSet, fragments, '', 1, paths);
  if (only && others.length === 0) known.set(only, paths);
  return paths;
}

/** Whether the nodes of a connection are asked for this field. */
export function selectsOfNodes(selection: Selection, field: string): boolean {
  return selection.has(`nodes.${field}`) || selection.has(`edges.node.${field}`);
}

/** Makes something of a selection once, and remembers it for as long as the selection is. */
export function onceASelection<Result extends object>(make: (selection: Selection) => Result) {
  const made = new WeakMap<Selection, Result>();
  return (selection: Selection): Result => {
    const known = made.get(selection) ?? make(selection);
    made.set(selection, known);
    return known;
  };
}

function collect(
  { selections }: SelectionSetNode,
  fragments: GraphQLResolveInfo['fragments'],
  prefix: string,
  depth: number,
  paths: Set<string>,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      const path = prefix + selection.name.value;
      paths.add(path);
      if (selection.selectionSet && depth < MAX_DEPTH) {
        collect(selection.selectionSet, fragments, `${path}.`, depth + 1, paths);
      }
      continue;
    }
    const inside = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments[selection.name.value];
    if (inside) collect(inside.selectionSet, fragments, prefix, depth, paths);
  }
}
