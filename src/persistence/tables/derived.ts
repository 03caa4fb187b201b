import { getMetadataArgsStorage } from 'typeorm';

/** The class of an entity. */
export type EntityClass<Entity> = abstract new () => Entity;

/** A column as its entity declares it. */
export interface TableColumn {
  readonly property: string;
  readonly name: string;
  /** Its PostgreSQL type, such as `uuid` or `bigint`. */
  readonly type: string;
  readonly isKey: boolean;
}

export interface Table {
  readonly name: string;
  /** Every column except the tenant's, in the order of the entity. */
  readonly columns: readonly TableColumn[];
}

/** The properties of an entity without its tenant, which every statement takes as `$1`. */
export type Properties<Entity> = Exclude<keyof Entity & string, 'tenantId'>;

/** A row with all columns of an entity, for which no instance of the class is needed. */
export type RowOf<Entity> = Pick<Entity, keyof Entity>;

/** A value as the domain has it: instants as epoch milliseconds, bytes as hex digits, the rest as declared. */
export type Plain<Value> = Value extends Date ? number : Value extends Buffer ? string : Value;

/** The column of a property that declares no other name: `itemId` is `item_id`. */
export const columnName = (property: string): string =>
  property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The table that an entity declares. Throws TypeError for a class without one. */
export function tableOf(entity: EntityClass<object>): Table {
  const storage = getMetadataArgsStorage();
  const name = storage.tables.find(({ target }) => target === entity)?.name;
  if (name === undefined) throw new TypeError(`${entity.name} declares no table.`);
  const columns = storage.columns
    .filter(({ target, propertyName }) => target === entity && propertyName !== 'tenantId')
    .map(({ propertyName, options }) => ({
      property: propertyName,
      name: options.name ?? columnName(propertyName),
      type: `${String(options.type)}${options.array ? '[]' : ''}`,
      isKey: options.primary === true,
    }));
  return { name, columns };
}

interface SelectOptions<Entity> {
  /** Only these columns, still in the order of the entity. All of them when left out. */
  readonly only?: readonly Properties<Entity>[];
  /** Other names for some properties. */
  readonly as?: { readonly [Property in Properties<Entity>]?: string };
}

/**
 * A SELECT list of an entity's columns, each under its property's name, as readers show them: instants as ISO texts.
 */
export function selectList<Entity extends object>(
  entity: EntityClass<Entity>,
  alias: string,
  options: SelectOptions<Entity> = {},
): string {
  return listed(entity, alias, options, '', hexBytes);
}

/** A row of {@link selectPlain}: the name of an instant ends in `Ms`. */
export type PlainRow<Entity> = {
  [Property in Properties<Entity> as Entity[Property] extends Date | null ? `${Property}Ms` : Property]: Plain<
    Entity[Property]
  >;
};

/** A SELECT list of an entity's columns as the domain has them: instants as epoch milliseconds. */
export function selectPlain<Entity extends object>(
  entity: EntityClass<Entity>,
  alias: string,
  options: SelectOptions<Entity> = {},
): string {
  return listed(entity, alias, options, 'Ms', (column, type) =>
    type === 'timestamptz' ? epochMs(column) : hexBytes(column, type),
  );
}

/** A row of {@link selectTexts}. */
export type TextRow<Entity> = {
  [Property in keyof PlainRow<Entity>]: PlainRow<Entity>[Property] extends number | null
    ? string | Extract<PlainRow<Entity>[Property], null>
    : PlainRow<Entity>[Property];
};

/** Like {@link selectPlain}, with numbers as texts: no number that somebody has stored can break the statement. */
export function selectTexts<Entity extends object>(entity: EntityClass<Entity>, alias: string): string {
  return listed(entity, alias, {}, 'Ms', (column, type) => {
    if (type === 'timestamptz') return `${exactEpochMs(column)}::text`;
    return type === 'bigint' || type === 'integer' ? `${column}::text` : hexBytes(column, type);
  });
}

const hexBytes = (column: string, type: string): string => (type === 'bytea' ? `encode(${column}, 'hex')` : column);
const exactEpochMs = (instant: string): string => `(extract(epoch FROM ${instant}) * 1000)`;

/** An instant in SQL as epoch milliseconds. */
export const epochMs = (instant: string): string => `${exactEpochMs(instant)}::bigint`;

function listed<Entity extends object>(
  entity: EntityClass<Entity>,
  alias: string,
  { only, as = {} }: SelectOptions<Entity>,
  /** What the name of an instant ends in. */
  unit: string,
  read: (column: string, type: string) => string,
): string {
  const names: Readonly<Record<string, string | undefined>> = as;
  const asked: ReadonlySet<string> | undefined = only && new Set(only);
  return tableOf(entity)
    .columns.filter(({ property }) => asked?.has(property) ?? true)
    .map(({ property, name, type }) => {
      const shown = `${names[property] ?? property}${type === 'timestamptz' ? unit : ''}`;
      return `${read(`${alias}.${name}`, type)} AS "${shown}"`;
    })
    .join(', ');
}
