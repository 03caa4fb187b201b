/** The fields of an object type: what a resolver answers is a plain object, never an instance of the decorated class. */
export type FieldsOf<Type> = { readonly [Name in keyof Type]: Type[Name] };
