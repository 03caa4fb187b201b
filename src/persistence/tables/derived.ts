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
  /** Every column but the tenant's, as declared from top to bottom. */
  readonly columns: readonly TableColumn[];
}

/** The properties of an entity beside its tenant, which every statement gives as `$1`. */
export type Properties<Entity> = Exclude<keyof Entity & string, 'tenantId'>;

/** A value outside of the database: instants as epoch milliseconds, bytes as hex digits, the rest as declared. */
export type Plain<Value> = Value extends Date ? number : Value extends Buffer ? string : Value;

/** The column of a property: `itemId` is `item_id`. */
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
      name: columnName(propertyName),
      type: String(options.type),
      isKey: options.primary === true,
    }));
  return { name, columns };
}

interface SelectOptions<Entity> {
  /** Only these, in the entity's order. Every column but the tenant's where it is left out. */
  readonly only?: readonly Properties<Entity>[];
  /** Other names for some properties. */
  readonly as?: { readonly [Property in Properties<Entity>]?: string };
}

/** A SELECT list of an entity's columns, each under its property's name. Instants come as ISO texts. */
export function selectList<Entity extends object>(
  entity: EntityClass<Entity>,
  alias: string,
  options: SelectOptions<Entity> = {},
): string {
  return listed(entity, options, ({ name, type }, property) => {
    const column = `${alias}.${name}`;
    return `${type === 'bytea' ? `encode(${column}, 'hex')` : column} AS "${property}"`;
  });
}

/** A row of {@link selectPlain}: the name of an instant ends in `Ms`. */
export type PlainRow<Entity> = {
  [Property in Properties<Entity> as Entity[Property] extends Date | null ? `${Property}Ms` : Property]: Plain<
    Entity[Property]
  >;
};

/** A SELECT list as the domain has values: instants as epoch milliseconds, under a name that ends in `Ms`. */
export function selectPlain<Entity extends object>(
  entity: EntityClass<Entity>,
  alias: string,
  options: SelectOptions<Entity> = {},
): string {
  return listed(entity, options, ({ name, type }, property) =>
    plainColumn(`${alias}.${name}`, type, property, 'bigint'),
  );
}

/** A row of {@link selectTexts}. */
export type TextRow<Entity> = {
  [Property in keyof PlainRow<Entity>]: PlainRow<Entity>[Property] extends number | null
    ? string | Extract<PlainRow<Entity>[Property], null>
    : PlainRow<Entity>[Property];
};

/** Like {@link selectPlain}, with numbers as texts: no number that somebody has stored can break the statement. */
export function selectTexts<Entity extends object>(
  entity: EntityClass<Entity>,
  alias: string,
  options: SelectOptions<Entity> = {},
): string {
  return listed(entity, options, ({ name, type }, property) => {
    const column = `${alias}.${name}`;
    const isNumber = type === 'bigint' || type === 'integer';
    return plainColumn(isNumber ? `${column}::text` : column, type, property, 'text');
  });
}

function plainColumn(column: string, type: string, property: string, msType: 'bigint' | 'text'): string {
  if (type === 'timestamptz') return `(extract(epoch FROM ${column}) * 1000)::${msType} AS "${property}Ms"`;
  if (type === 'bytea') return `encode(${column}, 'hex') AS "${property}"`;
  return `${column} AS "${property}"`;
}

function listed<Entity extends object>(
  entity: EntityClass<Entity>,
  { only, as = {} }: SelectOptions<Entity>,
  write: (column: TableColumn, property: string) => string,
): string {
  const names: Readonly<Record<string, string | undefined>> = as;
  const asked: ReadonlySet<string> | undefined = only && new Set(only);
  return tableOf(entity)
    .columns.filter(({ property }) => asked?.has(property) ?? true)
    .map((column) => write(column, names[column.property] ?? column.property))
    .join(', ');
}
