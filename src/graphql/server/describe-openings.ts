import { isInterfaceType, isIntrospectionType, isObjectType, type GraphQLSchema } from 'graphql';
import { declaredLimitedUse, declaredOpening, inWords } from '../limits/openings';

/** Says in the description of each type and field which keys may ask for it, as it declares that. */
export function describeOpenings(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if ((!isObjectType(type) && !isInterfaceType(type)) || isIntrospectionType(type)) continue;
    for (const part of [type, ...Object.values(type.getFields())]) {
      const sentences = [
        part.description ?? '',
        needsOf(part),
        LIMITED_USE[declaredLimitedUse(part) ?? 'NOT_DECLARED'],
      ];
      part.description = sentences.filter((sentence) => sentence !== '').join(' ');
    }
  }
}

const LIMITED_USE = {
  OPEN: 'Open to limited keys.',
  CLOSED: 'Closed to limited keys.',
  NOT_DECLARED: '',
} as const;

function needsOf(part: Parameters<typeof declaredOpening>[0]): string {
  const opening = declaredOpening(part);
  if (opening === undefined || opening === 'ANY_KEY') return '';
  return `Needs ${inWords(opening.map((scope) => `\`${scope}\``))}.`;
}
