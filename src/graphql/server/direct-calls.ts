import { isObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { getMetadataStorage } from 'type-graphql';
import type { Context } from '../context';

type Storage = ReturnType<typeof getMetadataStorage>;
type Resolver = Storage['queries'][number] | Storage['fieldResolvers'][number];
type Parameter = NonNullable<Resolver['params']>[number];

/**
 * Has resolvers called with their arguments as graphql-js has read them. The library would create an instance of a class for
 * each object in them, and look up the fields of that class again each time, which takes longer than to post a row. Nobody
 * needs instances: classes of input only declare fields.
 */
export function callDirectly(schema: GraphQLSchema): void {
  const { queries, mutations, fieldResolvers, objectTypes } = getMetadataStorage();
  const instances = new Map<Resolver['target'], object>();
  const set = (typeName: string | undefined, resolver: Resolver): void => {
    const type = schema.getType(typeName ?? '');
    const field = isObjectType(type) ? type.getFields()[resolver.schemaName] : undefined;
    if (field) field.resolve = callOf(resolver, instanceOf(resolver.target, instances));
  };
  for (const query of queries) set(schema.getQueryType()?.name, query);
  for (const mutation of mutations) set(schema.getMutationType()?.name, mutation);
  for (const resolver of fieldResolvers) {
    if (resolver.kind !== 'external') continue;
    const target = resolver.getObjectType?.();
    set(objectTypes.find((type) => type.target === target)?.name, resolver);
  }
}

/** Resolvers have no state, so there is one of each class. */
function instanceOf(target: Resolver['target'], instances: Map<Resolver['target'], object>): object {
  const instance = instances.get(target) ?? new (target as new () => object)();
  instances.set(target, instance);
  return instance;
}

type Resolve = GraphQLFieldResolver<unknown, Context, Record<string, unknown>>;
type Values = Parameters<Resolve>;

function callOf({ methodName, params = [] }: Resolver, instance: object): Resolve {
  const method = (instance as Record<string, (...args: unknown[]) => unknown>)[methodName];
  if (!method) throw new TypeError(`There is no method ${methodName}.`);
  const values = params.toSorted((a, b) => a.index - b.index).map(valueOf);
  return (...given) =>
    method.apply(
      instance,
      values.map((value) => value(given)),
    );
}

/** Takes the value of a parameter from what graphql-js calls a resolver with. */
function valueOf(parameter: Parameter): (given: Values) => unknown {
  switch (parameter.kind) {
    case 'root':
      return ([root]) => root;
    case 'arg':
      return ([, args]) => args[parameter.name];
    case 'args':
      return ([, args]) => args;
    case 'context':
      return ([, , context]) => context;
    case 'info':
      return ([, , , info]) => info;
    case 'custom':
    case 'pubSub':
      throw new TypeError(`A parameter of the kind ${parameter.kind} has not been needed so far.`);
  }
}
