/** The fields of an object type. Resolvers return plain objects with these, never instances of the decorated class. */
export type FieldsOf<Type> = { readonly [Name in keyof Type]: Type[Name] };
