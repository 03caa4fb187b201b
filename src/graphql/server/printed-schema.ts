import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';

/** The schema as text with descriptions, sorted so that the order of the code does not matter. */
export function printedSchema(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
