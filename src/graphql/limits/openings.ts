import {
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { isPublishable, type Principal } from '../../application/ports/access';
import type { LimitedUse, Opening } from '../types/scopes';
import { fragmentsOf } from './fields';

type ParentType = GraphQLObjectType | GraphQLInterfaceType;

/** What opens a field: what it declares itself, or else its type. Undefined when neither declares it. */
export function openingOf(parent: ParentType, field: GraphQLField<unknown, unknown>): Opening | undefined {
  return declaredOpening(field) ?? declaredOpening(parent);
}

/** What a type or field declares itself. */
export function declaredOpening({ extensions }: { readonly extensions: object }): Opening | undefined {
  return (extensions as { readonly opening?: Opening }).opening;
}

/** Whether limited keys may ask for a field, as it declares itself, or else its type. Undefined when neither declares it. */
export function limitedUseOf(parent: ParentType, field: GraphQLField<unknown, unknown>): LimitedUse | undefined {
  return declaredLimitedUse(field) ?? declaredLimitedUse(parent);
}

/** What a type or field declares itself. */
export function declaredLimitedUse({ extensions }: { readonly extensions: object }): LimitedUse | undefined {
  return (extensions as { readonly limitedUse?: LimitedUse }).limitedUse;
}

/** Which of these scopes are needed, in words: any one is enough. */
export const inWords = (scopes: readonly string[]): string =>
  scopes.length === 1 ? `the scope ${scopes.join()}` : `one of the scopes ${scopes.join(', ')}`;

/** A field, and which keys may ask for it. */
export interface GuardedField {
  /** Such as `Stock.onHand`. */
  readonly coordinate: string;
  readonly opening: Opening;
  readonly isOpenToLimitedKeys: boolean;
}

/** Why a key may not ask for a field, as the end of a sentence; undefined if it may. */
export function closedBecause(
  { opening, isOpenToLimitedKeys }: GuardedField,
  { scopes, limits }: Pick<Principal, 'scopes' | 'limits'>,
): string | undefined {
  if (opening === 'ANY_KEY') {
    if (isPublishable(scopes)) return 'it can only ask what can be sold';
  } else if (!opening.some((scope) => scopes.has(scope))) return `it needs ${inWords(opening)}`;
  if (limits === null || isOpenToLimitedKeys) return undefined;
  return 'it is limited to locations or channels, and the field does not keep to such limits';
}

/**
 * The fields of an operation, one for each set of keys that may ask for it. A field that declares nothing is open to no key,
 * so none is opened by being forgotten. Directives are ignored: what is skipped counts as asked for.
 */
export function guardedFields(
  schema: GraphQLSchema,
  document: DocumentNode,
  { operation, selectionSet }: OperationDefinitionNode,
): readonly GuardedField[] {
  const fragments = fragmentsOf(document);
  const found = new Map<string, GuardedField>();
  const walked = new Set<FragmentDefinitionNode>();
  const walkFragment = (fragment: FragmentDefinitionNode | undefined): void => {
    if (!fragment || walked.has(fragment)) return;
    walked.add(fragment);
    walk(schema.getType(fragment.typeCondition.name.value), fragment.selectionSet);
  };
  const walkField = (parent: ParentType, name: string, selected: SelectionSetNode | undefined): void => {
    const field = parent.getFields()[name];
    // Introspection has no declarations: the description of the API is open to every key.
    if (!field) return;
    const opening = openingOf(parent, field) ?? [];
    const isOpenToLimitedKeys = limitedUseOf(parent, field) === 'OPEN';
    const key = `${String(opening)} ${isOpenToLimitedKeys}`;
    if (!found.has(key)) found.set(key, { coordinate: `${parent.name}.${name}`, opening, isOpenToLimitedKeys });
    if (selected) walk(getNamedType(field.type), selected);
  };
  const walk = (type: unknown, { selections }: SelectionSetNode): void => {
    if (!isObjectType(type) && !isInterfaceType(type)) return;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) walkField(type, selection.name.value, selection.selectionSet);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) walkFragment(fragments.get(selection.name.value));
      else {
        const condition = selection.typeCondition?.name.value;
        walk(condition === undefined ? type : schema.getType(condition), selection.selectionSet);
      }
    }
  };
  walk(schema.getRootType(operation), selectionSet);
  return [...found.values()];
}
