import { Kind, type FieldNode, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';

/** The fields that a query selects below one of its fields, as paths such as `nodes.levels`. */
export type Selection = ReadonlySet<string>;

/** Resolvers look no deeper than `edges.node.item.field`. */
const MAX_DEPTH = 4;

/** Works across requests, because documents are cached and their nodes with them. */
const known = new WeakMap<FieldNode, Selection>();

/**
 * What a query selects below the current field, so that only that is read. A field with a directive counts as selected,
 * whatever its variable is, because reading too much does no harm.
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

/** Whether a query selects this field of a connection's nodes. */
export function selectsOfNodes(selection: Selection, field: string): boolean {
  return selection.has(`nodes.${field}`) || selection.has(`edges.node.${field}`);
}

/** The fields that a query selects of a connection's nodes and below them, as paths such as `item.sku`. */
export const selectedOfNodes = (selection: Selection): string[] =>
  [...selection].flatMap((path) => /^(?:nodes|edges\.node)\.(.*)$/s.exec(path)?.[1] ?? []);

/** Computes something from each selection once. The result is kept as long as the selection. */
export function onceASelection<Result extends object>(compute: (selection: Selection) => Result) {
  const computed = new WeakMap<Selection, Result>();
  return (selection: Selection): Result => {
    const known = computed.get(selection) ?? compute(selection);
    computed.set(selection, known);
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
