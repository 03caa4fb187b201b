import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
} from 'graphql';
import { isPublishable, SCOPES, SECRET_SCOPES, type Scope } from '../../src/application/ports/access';
import { limitedUseOf, openingOf } from '../../src/graphql/limits/openings';
import { buildStockbridgeSchema } from '../../src/graphql/server/schema';
import { factOf, NOON } from '../support/domain/test-ledger';
import { nextAddress } from '../support/addresses';
import { GraphqlHarness, type Answer } from '../support/graphql';

jest.setTimeout(120_000);

const schema = buildStockbridgeSchema();

type ParentType = GraphQLObjectType | GraphQLInterfaceType;
type Field = GraphQLField<unknown, unknown>;

/** One step from a type to a field of it. */
interface Step {
  readonly parent: ParentType;
  readonly field: Field;
}

const PARENTS = Object.values(schema.getTypeMap()).filter(
  (type): type is ParentType => (isObjectType(type) || isInterfaceType(type)) && !isIntrospectionType(type),
);
const FIELDS: readonly Step[] = PARENTS.flatMap((parent) =>
  Object.values(parent.getFields()).map((field) => ({ parent, field })),
);
const nameOf = ({ parent, field }: Step): string => `${parent.name}.${field.name}`;

it('every field declares which scopes open it, itself or with its type', () => {
  expect(FIELDS.filter(({ parent, field }) => openingOf(parent, field) === undefined).map(nameOf)).toEqual([]);
});

it('a key that reads stock may ask for all that a publishable one may', () => {
  const sellable = FIELDS.filter(({ parent, field }) => openingOf(parent, field)?.includes('sellable:read'));
  expect(sellable.length).toBeGreaterThan(10);
  expect(sellable.filter(({ parent, field }) => !openingOf(parent, field)?.includes('stock:read'))).toEqual([]);
});

/** The shortest ways from a query and from a mutation to each type. */
function waysTo(root: ParentType): ReadonlyMap<ParentType, readonly Step[]> {
  const ways = new Map<ParentType, readonly Step[]>([[root, []]]);
  for (const [parent, way] of ways) {
    for (const field of Object.values(parent.getFields())) {
      const type = getNamedType(field.type);
      if ((isObjectType(type) || isInterfaceType(type)) && !ways.has(type)) ways.set(type, [...way, { parent, field }]);
    }
  }
  return ways;
}

const ROOTS = { query: schema.getQueryType(), mutation: schema.getMutationType() };

/** An operation that asks for one field, and every field on the way to it. */
interface Case {
  readonly name: string;
  readonly query: string;
  readonly steps: readonly Step[];
}

function casesOf([kind, root]: [string, ParentType | null | undefined]): Case[] {
  if (!root) return [];
  const ways = waysTo(root);
  return FIELDS.flatMap((step, index) => {
    const way = ways.get(step.parent);
    if (!way) return [];
    const steps = [...way, step];
    return [{ name: `${kind} ${nameOf(step)}`, query: writtenOut(kind, steps, index), steps }];
  });
}

/** The same field is asked for in turn plainly, under another name, in a fragment, and under a condition. */
function writtenOut(kind: string, steps: readonly Step[], index: number): string {
  const fragments: string[] = [];
  const selection = steps.toReversed().reduce((inner, { parent, field }, depth) => {
    const args = field.args.filter(({ type }) => isNonNullType(type)).map((arg) => `${arg.name}: ${least(arg.type)}`);
    const called = `${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}`;
    const below = inner === '' ? leafOf(field) : ` { ${inner} }`;
    switch ((index + depth) % 4) {
      case 0:
        return `${called}${below}`;
      case 1:
        return `other: ${called} @include(if: false)${below}`;
      case 2:
        return `... on ${parent.name} { ${called}${below} }`;
      default:
        fragments.push(`fragment f${depth} on ${parent.name} { ${called}${below} }`);
        return `...f${depth}`;
    }
  }, '');
  return `${kind} { ${selection} } ${fragments.join(' ')}`;
}

const leafOf = (field: Field): string => {
  const type = getNamedType(field.type);
  return isObjectType(type) || isInterfaceType(type) ? ' { __typename }' : '';
};

/** The smallest literal of a type. */
function least(type: GraphQLInputType): string {
  if (isNonNullType(type)) return least(type.ofType);
  if (isListType(type)) return '[]';
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type));
    return `{ ${fields.map((field) => `${field.name}: ${least(field.type)}`).join(', ')} }`;
  }
  return (
    { Boolean: 'true', Int: '1', Quantity: '1', ID: '"x"', String: '"x"' }[type.name] ??
    `"${new Date(NOON).toISOString()}"`
  );
}

const CASES = Object.entries(ROOTS).flatMap(casesOf);

const isOpen = ({ parent, field }: Step, scopes: readonly Scope[]): boolean => {
  const opening = openingOf(parent, field);
  if (opening === 'ANY_KEY') return !isPublishable(new Set(scopes));
  return (opening ?? []).some((scope) => scopes.includes(scope));
};

describe('over HTTP', () => {
  let gateway: GraphqlHarness;

  beforeAll(async () => {
    gateway = await GraphqlHarness.open();
    await gateway.deliver([factOf('ours', { delta: 5 }), factOf('bad', { delta: 2 ** 53 - 1 })]);
    const limits = { locationIds: ['00000000-0000-7000-8000-000000000000'], channels: ['2C'] };
    for (const suffix of ['', '-stock:read', '-stock:write', '-sellable:read']) {
      gateway.addKey(`limited${suffix}`, `ours${suffix}`, { limits });
    }
  });

  afterAll(() => gateway.close());

  const KEYS: readonly (readonly [name: string, scopes: readonly Scope[]])[] = [
    ['ours', SECRET_SCOPES],
    ['ours-none', []],
    ...SCOPES.map((scope) => [`ours-${scope}`, [scope]] as const),
    ['limited', SECRET_SCOPES],
    ['limited-stock:read', ['stock:read']],
    ['limited-stock:write', ['stock:write']],
    ['limited-sellable:read', ['sellable:read']],
  ];
  const isOpenToKey = (key: string, scopes: readonly Scope[], step: Step): boolean =>
    isOpen(step, scopes) && (!key.startsWith('limited') || limitedUseOf(step.parent, step.field) === 'OPEN');

  it('has an operation for every field', () => {
    const asked = new Set(CASES.map(({ name }) => name.replace(/^\w+ /, '')));
    expect(FIELDS.map(nameOf).filter((name) => !asked.has(name))).toEqual([]);
    expect(CASES.length).toBeGreaterThan(400);
  });

  it.each(KEYS)('the key %s gets what its scopes open, and nothing else', async (key, scopes) => {
    const wrong: string[] = [];
    for (const { name, query, steps } of CASES) {
      const response = await gateway.send(query, {}, key);
      const { errors = [] } = response.json<Answer>();
      const isRefused = errors.some(({ extensions }) => extensions.code === 'FORBIDDEN');
      const isExpected = isRefused
        ? response.statusCode === 403 && !('data' in response.json<Answer>())
        : ![401, 403, 500].includes(response.statusCode) &&
          !errors.some(({ extensions }) => extensions.code.startsWith('GRAPHQL'));
      if (!isExpected || isRefused !== !steps.every((step) => isOpenToKey(key, scopes, step))) {
        wrong.push(`${name}: ${response.statusCode} ${JSON.stringify(errors).slice(0, 200)}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('a field that declares no use by limited keys is refused to them, with the reason', async () => {
    const undeclared = CASES.filter(({ steps }) =>
      steps.some(({ parent, field }) => limitedUseOf(parent, field) === undefined),
    );
    expect(undeclared.length).toBeGreaterThan(100);
    for (const { query } of undeclared) {
      const response = await gateway.send(query, {}, 'limited');
      const { errors = [] } = response.json<Answer>();
      expect([response.statusCode, errors[0]?.extensions.code]).toEqual([403, 'FORBIDDEN']);
      expect(errors[0]?.message).toMatch(/: it is limited to locations or channels, and the field does not keep to /);
    }
  });

  it('what limited keys may ask for is said in the schema', () => {
    const declared = FIELDS.filter(({ field }) => (field.extensions as { limitedUse?: string }).limitedUse === 'OPEN');
    expect(declared.length).toBeGreaterThan(20);
    for (const { field } of declared) expect(field.description).toMatch(/Open to limited keys\.$/);
  });

  it('nobody gets anything without a key, or with one that is not known', async () => {
    for (const { query } of CASES) {
      for (const headers of [{}, { authorization: 'Bearer revoked' }]) {
        const remoteAddress = nextAddress();
        const payload = { query };
        const response = await gateway.app.inject({ method: 'POST', url: '/graphql', headers, payload, remoteAddress });
        expect(response.statusCode).toBe(401);
      }
    }
  });

  it('a refusal says which field it is about and what to do', async () => {
    const { errors } = await gateway.answer(
      '{ items { nodes { sku stock { inventory { unitCost } } } } }',
      {},
      'ours-stock:read',
    );
    expect(errors?.[0]?.message).toBe(
      'This API key may not ask for Stock.inventory: it needs the scope inventory:read. Leave the field out, or use another key.',
    );
  });

  it('is asked again of a query that is compiled', async () => {
    const query = '{ inboundMessages { nodes { body } } }';
    for (let n = 0; n < 25; n += 1) await gateway.data(query);
    expect((await gateway.send(query, {}, 'ours-stock:read')).statusCode).toBe(403);
    expect((await gateway.send(query, {}, 'ours-messages:read')).statusCode).toBe(200);
  });

  it.each([
    ['what a delivery said', 'inboundMessages { nodes { body quarantined { row } } }', 'messages:read'],
    ['unit costs', 'inventoryRecord(sku: "TEA", location: "MAIN") { unitCost }', 'inventory:read'],
    ['what a movement came with', 'movements { nodes { inboundMessage { body } } }', 'messages:read'],
  ])('%s is shown to no key without its scope', async (_, selection, scope) => {
    const others = SCOPES.filter((one) => one !== scope);
    for (const other of others) {
      expect((await gateway.send(`{ ${selection} }`, {}, `ours-${other}`)).statusCode).toBe(403);
    }
  });

  it('a key that only writes does not see deliveries through the answers of its mutations', async () => {
    const query = `mutation { stockAdjust(input: { idempotencyKey: "k", reason: ADJUSTMENT, rows: [{ sku: "TEA", location: "MAIN", delta: 1 }] }) {
      userErrors { code } changes { delta quantityAfter item { sku } } %s } }`;
    const key = 'ours-stock:write';
    expect((await gateway.send(query.replace('%s', ''), {}, key)).statusCode).toBe(200);
    const refused = await gateway.send(query.replace('%s', 'movement { inboundMessage { body } }'), {}, key);
    expect(refused.statusCode).toBe(403);
  });
});
