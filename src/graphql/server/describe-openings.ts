import { isInterfaceType, isIntrospectionType, isObjectType, type GraphQLSchema } from 'graphql';
import { declaredOpening, inWords } from '../limits/openings';

/** Says in the description of each type and field which scopes it needs, as it declares them. */
export function describeOpenings(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if ((!isObjectType(type) && !isInterfaceType(type)) || isIntrospectionType(type)) continue;
    for (const part of [type, ...Object.values(type.getFields())]) {
      const opening = declaredOpening(part);
      if (opening === undefined || opening === 'ANY_KEY') continue;
      const needs = inWords(opening.map((scope) => `\`${scope}\``));
      part.description = `${part.description ?? ''} Needs ${needs}.`.trim();
    }
  }
}
