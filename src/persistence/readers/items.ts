import { MAX_TWINS, type ItemIdentifierView, type ItemReads, type ItemView } from '../../application/ports/reads';
import { identifierSpecification } from '../../domain/catalogue/catalogue';
import { gtin14, gtinOf } from '../../domain/catalogue/gtin';
import { selectList } from '../tables/derived';
import { ItemIdentifierEntity } from '../tables/item-identifier';
import { countAmong, matching } from './count';
import type { ReadDatabase } from './database';
import { between } from '../database/look-up';
import { itemsOf, joinOne } from './look-ups';
import { isItemNamed } from './named';
import { pageStatement, toPage, type ListSql, type PageColumns } from './page';
import { ITEM_COLUMNS, toItem, type ItemColumns } from './rows';
import { and, Parameters, statement } from './statement';

const IDENTIFIER_COLUMNS = selectList(ItemIdentifierEntity, 'n', { only: ['scheme', 'value', 'itemId'] });

/** Reads items and their other names. */
export function createItemReads(database: ReadDatabase): ItemReads {
  const itemsWhere = async (parameters: Parameters, condition: string): Promise<ItemView[]> => {
    const text = `SELECT ${ITEM_COLUMNS} FROM item i WHERE i.tenant_id = $1 AND ${condition}`;
    return (await database.query<ItemColumns>(statement(text, parameters))).map(toItem);
  };
  return {
    async itemBySku(tenantId, sku, specification) {
      const parameters = new Parameters(tenantId);
      return (await itemsWhere(parameters, isItemNamed(parameters, sku, specification)))[0];
    },
    async itemByIdentifier(tenantId, scheme, value, specification) {
      const parameters = new Parameters(tenantId);
      const named = [scheme, value, identifierSpecification(scheme, specification)];
      const exact = `SELECT n.item_id FROM item_identifier n WHERE n.tenant_id = $1
        AND (n.scheme, n.value, n.specification) = (${named.map((part) => parameters.add(part, 'text')).join(', ')})`;
      const gtin = gtinOf({ scheme, value });
      if (gtin === null) return (await itemsWhere(parameters, `i.item_id = (${exact})`))[0];
      // The second item tells that the barcode does not mean one.
      const condition = `(i.item_id = (${exact}) OR NOT EXISTS (${exact}) AND i.item_id = ANY (ARRAY (${withGtin(parameters, gtin)}))) LIMIT 2`;
      const found = await itemsWhere(parameters, condition);
      return found.length === 1 ? found[0] : undefined;
    },
    async itemsByGtin(tenantId, gtin) {
      const parameters = new Parameters(tenantId);
      const twins = itemsOf(withGtin(parameters, gtin));
      const text = `SELECT ${ITEM_COLUMNS} FROM ${twins} i ORDER BY i.sku, i.specification LIMIT ${MAX_TWINS}`;
      return (await database.query<ItemColumns>(statement(text, parameters))).map(toItem);
    },
    itemsById(tenantId, ids) {
      const parameters = new Parameters(tenantId);
      return itemsWhere(parameters, `i.item_id = ANY (${parameters.add(ids, 'uuid[]')})`);
    },
    async identifiersOfItems(tenantId, itemIds) {
      const parameters = new Parameters(tenantId);
      const ids = parameters.add(itemIds, 'uuid[]');
      const text = `SELECT ${IDENTIFIER_COLUMNS} FROM (SELECT DISTINCT unnest(${ids})) of_item (item_id)
        ${joinOne('item_identifier', 'n', 'item_id', 'of_item.item_id')} ORDER BY n.scheme, n.value`;
      const rows = await database.query<Omit<ItemIdentifierView, 'gtin'>>(statement(text, parameters));
      return rows.map((row) => ({ ...row, gtin: gtin14(row.value) }));
    },
    async items(tenantId, { search, includeArchived }, page) {
      const parameters = new Parameters(tenantId);
      const ids = search === null ? null : await fewMatches(database, tenantId, search);
      const found = ids && itemsOf(`SELECT DISTINCT unnest(${parameters.add(ids, 'uuid[]')})`);
      const list = itemList(found ?? 'item', [
        ...(includeArchived ? [] : ['i.archived_at IS NULL']),
        // A merged item would stand between two others of its sku.
        'i.merged_into_id IS NULL',
        ...(search === null || ids ? [] : [matches(parameters, search)]),
      ]);
      const rows = await database.query<ItemColumns & PageColumns>(pageStatement(parameters, list, page));
      return toPage(rows, page, toItem);
    },
  };
}

/** A SELECT of the ids of the items with such a barcode. */
const withGtin = (parameters: Parameters, gtin: string): string =>
  `SELECT DISTINCT g.item_id FROM (SELECT g.item_id FROM item_identifier g
    WHERE g.tenant_id = $1 AND ${between('g.gtin', parameters.add(gtin, 'text'))} ORDER BY g.gtin) g`;

/** The items of a table like `item` that have all conditions. */
const itemList = (items: string, conditions: readonly string[]): ListSql => ({
  key: [
    { column: 'i.sku', type: 'text', indexed: true },
    { column: 'i.specification', type: 'text', indexed: true },
  ],
  select: (bounds, tail) =>
    `SELECT true AS "isRow", ${ITEM_COLUMNS} FROM ${items} i WHERE i.tenant_id = $1${and(conditions)}${bounds}${tail}`,
  count: countAmong(
    (tail) =>
      `SELECT ${matching(conditions)} FROM ${items} i WHERE i.tenant_id = $1 ORDER BY i.sku, i.specification${tail}`,
  ),
});

/** Most items that a search reads by their ids. Of more, a page is found soon in the order of the skus. */
const FEW = 1_000;

/** What the trigram indexes can look for: shorter words and other letters are in none, or in all. */
const HAS_TRIGRAM = /[A-Za-z0-9]{3}/;

/** The ids of all items that match, through the indexes; null where they are many or no index helps. */
async function fewMatches(database: ReadDatabase, tenantId: string, search: string): Promise<string[] | null> {
  if (!HAS_TRIGRAM.test(search)) return null;
  const parameters = new Parameters(tenantId);
  const [pattern, text] = [parameters.add(patternOf(search), 'text'), parameters.add(search, 'text')];
  // The tenant is that of the transaction. It is a parameter of every read, so that no statement forgets it.
  const asked = `SELECT found AS "itemId" FROM items_matching(${pattern}, ${text}, ${FEW + 1}) found WHERE $1::uuid IS NOT NULL`;
  const rows = await database.query<{ itemId: string }>(statement(asked, parameters));
  return rows.length > FEW ? null : rows.map(({ itemId }) => itemId);
}

/** A text anywhere, as a pattern of LIKE. */
const patternOf = (search: string): string => `%${search.replace(/[\\%_]/g, '\\$&')}%`;

/** An item `i` with the text in its sku or its name, or with such an identifier. */
function matches(parameters: Parameters, search: string): string {
  const pattern = parameters.add(patternOf(search), 'text');
  const identified = `SELECT n.item_id FROM item_identifier n
    WHERE n.tenant_id = $1 AND n.value = ${parameters.add(search, 'text')}`;
  return `(i.sku ILIKE ${pattern} OR i.name ILIKE ${pattern} OR i.item_id IN (${identified}))`;
}
