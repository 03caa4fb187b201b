import type { AskedReads } from '../../domain/ledger/asked-reads';
import type { Holding, Level, LoadedLedger } from '../../domain/ledger/ledger-state';
import type { StoredOutcome } from '../../domain/ledger/outcome';
import type { Posting } from '../../domain/ledger/posting';
import type { StockKey } from '../../domain/ledger/stock-key';
import { MAX_ITEM_LEVELS } from '../../domain/plans/item-merge';
import { epochMs, selectPlain, type PlainRow, type Properties } from '../tables/derived';
import { StockLevelEntity, stockKeyOf } from '../tables/stock-level';
import { uuidArray } from '../database/binary-arrays';
import { run, timestamp, type Session, type Statement } from '../database/statement';
import { between, lookUp, lookUpEach, type LookUp } from '../database/look-up';
import { sequenceUpTo } from '../moments';
import { legsSince, movementAt, quantitiesSince } from '../past-quantities';

const EXTERNAL_ID = ['external_id', 'asked.external_id'] as const;
const ORIGIN_ID = ['origin_id', 'asked.origin_id'] as const;
const kept = (fingerprint: string, sequence: string): string =>
  `encode(${fingerprint}, 'hex') AS fingerprint, ${sequence}`;

const READ_OUTCOMES: Statement = {
  name: 'poster_outcomes',
  text: `SELECT asked.origin_id AS "originId", asked.external_id AS "externalId", found.*
    FROM unnest($2::uuid[], $3::text[]) AS asked (origin_id, external_id)
    CROSS JOIN LATERAL (
      (${lookUp({
        ...{ table: 'movement', alias: 'm', columns: `${kept('m.fingerprint', 'm.sequence')}, NULL::jsonb AS result` },
        key: [EXTERNAL_ID, ORIGIN_ID],
        also: 'm.fingerprint IS NOT NULL',
      })})
      UNION ALL (${lookUp({
        ...{ table: 'outcome', alias: 'o', columns: `${kept('o.content_hash', 'o.sequence')}, o.result` },
        key: [ORIGIN_ID, EXTERNAL_ID],
      })})
    ) found`,
};

/** The outcomes of the external ids that the postings name. A movement keeps that of its own id, see `ownOutcomes`. */
export async function readOutcomes(session: Session, postings: readonly Posting<unknown>[]): Promise<StoredOutcome[]> {
  const origins: string[] = [];
  const externalIds: string[] = [];
  for (const { origin, reads } of postings) {
    for (const externalId of reads.outcomes) {
      origins.push(origin.id);
      externalIds.push(externalId);
    }
  }
  if (origins.length === 0) return [];
  const tenantId = (postings[0] as Posting<unknown>).tenantId;
  const { rows } = await run<StoredOutcome>(session, READ_OUTCOMES, [tenantId, origins, externalIds]);
  return rows;
}

const LEVELS = { table: 'stock_level', alias: 'l', columns: selectPlain(StockLevelEntity, 'l') } as const;

/** What a level is, without the key that its id is derived from. */
const STATE = [
  ...['levelId', 'quantity', 'version', 'updatedAt', 'lastEffectiveAt', 'hasBaseline', 'countedAsOf'],
  ...['lastCountAt', 'lastCountExplicit', 'lastCountQuantity', 'lastCountOriginId', 'lastCountSourceSequence'],
] as const satisfies readonly Properties<StockLevelEntity>[];

const READ_LEVELS: Statement = {
  name: 'poster_levels',
  text: lookUpEach('unnest($2::uuid[]) AS asked (level_id)', {
    ...{ table: 'stock_level', alias: 'l', columns: selectPlain(StockLevelEntity, 'l', { only: STATE }) },
    key: [['level_id', 'asked.level_id']],
  }),
};

const READ_LEVELS_AT: Statement = {
  name: 'poster_levels_at',
  text: lookUpEach('unnest($2::uuid[], $3::uuid[]) AS asked (item_id, location_id)', {
    ...LEVELS,
    key: [
      ['item_id', 'asked.item_id'],
      ['location_id', 'asked.location_id'],
    ],
  }),
};

// One more than a plan takes, so that it sees that there are more.
const READ_LEVELS_OF: Statement = {
  name: 'poster_levels_of',
  text: lookUpEach('unnest($2::uuid[]) AS asked (item_id)', {
    ...LEVELS,
    key: [['item_id', 'asked.item_id']],
    limit: MAX_ITEM_LEVELS + 1,
  }),
};

type LevelRow = PlainRow<StockLevelEntity>;
type LevelState = Omit<LevelRow, keyof StockKey>;

/** The levels that the postings name, for counts all levels at the item and location, and all of whole items. */
export async function readLevels(
  session: Session,
  tenantId: string,
  { levels, siblingsAt, wholeItemIds, saleItemIds }: AskedReads,
): Promise<Level[]> {
  const wholeIds = [...wholeItemIds, ...saleItemIds];
  const itemLocations = [...siblingsAt.values()];
  const [named, siblings, whole] = await Promise.all([
    levels.size === 0 ? [] : readNamedLevels(session, tenantId, levels),
    itemLocations.length === 0
      ? []
      : readWholeLevels(session, READ_LEVELS_AT, [
          tenantId,
          itemLocations.map((itemLocation) => itemLocation.itemId),
          itemLocations.map((itemLocation) => itemLocation.locationId),
        ]),
    wholeIds.length === 0 ? [] : readWholeLevels(session, READ_LEVELS_OF, [tenantId, wholeIds]),
  ]);
  if (siblings.length + whole.length === 0) return named;
  return [...new Map([...named, ...siblings, ...whole].map((level) => [level.id, level])).values()];
}

/** Levels whose keys are known, which need not be read. */
async function readNamedLevels(session: Session, tenantId: string, keys: AskedReads['levels']): Promise<Level[]> {
  const { rows } = await run<LevelState>(session, READ_LEVELS, [tenantId, uuidArray([...keys.keys()])]);
  return rows.map((row) => toLevel(row, keys.get(row.levelId) as StockKey));
}

async function readWholeLevels(session: Session, statement: Statement, values: unknown[]): Promise<Level[]> {
  const { rows } = await run<LevelRow>(session, statement, values);
  return rows.map((row) => toLevel(row, stockKeyOf(row)));
}

function toLevel(row: LevelState, key: StockKey): Level {
  const {
    levelId: id,
    quantity,
    version,
    updatedAtMs,
    lastEffectiveAtMs,
    hasBaseline,
    countedAsOfMs,
    lastCountAtMs,
  } = row;
  const lastCount = lastCountAtMs === null ? null : lastCountOf(row, lastCountAtMs);
  const counted = { hasBaseline, countedAsOfMs, lastCount };
  return { id, key, quantity, version, updatedAtMs, lastEffectiveAtMs, ...counted };
}

function lastCountOf(row: LevelState, effectiveAtMs: number): NonNullable<Level['lastCount']> {
  return {
    effectiveAtMs,
    explicit: row.lastCountExplicit ?? false,
    quantity: row.lastCountQuantity ?? 0,
    originId: row.lastCountOriginId ?? '',
    sourceSequence: row.lastCountSourceSequence,
  };
}

const SINCE = `CROSS JOIN LATERAL (${sequenceUpTo('asked.as_of')}) since`;

const ASKED_TAIL = { levelId: 'asked.level_id', after: 'since.sequence' };

const READ_DELTAS_AFTER: Statement = {
  name: 'poster_deltas_after',
  text: `SELECT asked.level_id AS "levelId", asked.as_of_ms AS "asOfMs", (
      SELECT coalesce(sum(legs.delta), 0)::bigint FROM (
        (${legsSince('ledger_entry', ASKED_TAIL)}) UNION ALL (${legsSince('absorbed_leg', ASKED_TAIL)})
      ) legs
      CROSS JOIN LATERAL (${movementAt('legs.sequence')}) m
      WHERE m.effective_at > asked.as_of AND m.reason <> 'COUNT'
    ) AS sum
    FROM unnest($2::uuid[], $3::bigint[], $4::timestamptz[]) AS asked (level_id, as_of_ms, as_of)
    ${SINCE}`,
};

/** For counts with a clock: the sum of their levels' deltas after it. */
export async function readDeltasAfter(
  session: Session,
  tenantId: string,
  asked: AskedReads['deltasAfter'],
): Promise<{ levelId: string; asOfMs: number; sum: number }[]> {
  if (asked.length === 0) return [];
  const { rows } = await run<{ levelId: string; asOfMs: number; sum: number }>(session, READ_DELTAS_AFTER, [
    tenantId,
    asked.map((count) => count.levelId),
    asked.map((count) => count.asOfMs),
    asked.map((count) => timestamp(count.asOfMs)),
  ]);
  return rows;
}

const ASKED = { ...ASKED_TAIL, moment: 'asked.as_of', quantity: 'l.quantity' };

/** The entries of the asked item, through its levels: `entry` is what is read of each level's. */
const ofItemsLevels = (entry: string): string =>
  `(${lookUp({
    ...{ table: 'stock_level', alias: 'l', columns: 'l.level_id', key: [['item_id', 'asked.item_id']] },
  })}) of_item CROSS JOIN LATERAL (${entry}) e`;
const ENTRIES_OF_LEVEL: LookUp = {
  ...{ table: 'ledger_entry', alias: 'e', columns: 'e.sequence', key: [['level_id', 'of_item.level_id']] },
};
const FIRST_OF_LEVEL = `SELECT e.sequence FROM ledger_entry e WHERE e.tenant_id = $1
          AND ${between('e.level_id', 'of_item.level_id')} ORDER BY e.level_id, e.sequence LIMIT 1`;

const READ_PASTS: Statement = {
  name: 'poster_pasts',
  text: `SELECT asked.level_id AS "levelId", asked.since_ms AS "sinceMs",
      coalesce(low.quantity, 0)::bigint AS lowest, coalesce(${epochMs('low.at')}, asked.since_ms) AS "lowestAtMs",
      CASE WHEN (SELECT min(e.sequence) FROM ${ofItemsLevels(FIRST_OF_LEVEL)}) <= since.sequence THEN asked.since_ms ELSE (
        SELECT ${epochMs('min(m.effective_at)')}
        FROM ${ofItemsLevels(lookUp(ENTRIES_OF_LEVEL))}
        CROSS JOIN LATERAL (${movementAt('e.sequence')}) m
      ) END AS "itemMovedAtMs"
    FROM unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::timestamptz[])
      AS asked (level_id, item_id, since_ms, as_of)
    ${SINCE}
    LEFT JOIN LATERAL (${lookUp({
      ...{ table: 'stock_level', alias: 'l', columns: 'l.level_id, l.quantity' },
      key: [['level_id', 'asked.level_id']],
    })}) l ON true
    LEFT JOIN LATERAL (
      SELECT past.at, past.quantity FROM (${quantitiesSince(ASKED)}) past ORDER BY past.quantity, past.at LIMIT 1
    ) low ON l.level_id IS NOT NULL`,
};

/** For commands that are dated by their sender: what their levels and items were at since then. */
export async function readPasts(
  session: Session,
  tenantId: string,
  asked: AskedReads['pasts'],
): Promise<LoadedLedger['pasts']> {
  if (asked.length === 0) return [];
  const { rows } = await run<LoadedLedger['pasts'][number]>(session, READ_PASTS, [
    tenantId,
    asked.map((past) => past.levelId),
    asked.map((past) => past.itemId),
    asked.map((past) => past.sinceMs),
    asked.map((past) => timestamp(past.sinceMs)),
  ]);
  return rows;
}

/** Rows that are read of what an item or location holds: enough to say where it is. */
const SHOWN_HOLDINGS = 3;

const heldBy = (asked: string, key: LookUp['key'], parts = ''): string => `SELECT asked.id AS "holderId", held.*
    FROM ${asked} CROSS JOIN LATERAL (
      SELECT i.sku, p.code AS "locationCode", l.bucket, l.quantity
      FROM ${parts}LATERAL (${lookUp({
        ...{ table: 'stock_level', alias: 'l', columns: 'l.item_id, l.location_id, l.bucket, l.quantity', key },
        also: `l.quantity <> 0 AND l.bucket <> 'REPORTED_ON_HAND'`,
      })}) l
      CROSS JOIN LATERAL (${lookUp({ table: 'item', alias: 'i', columns: 'i.sku', key: [['item_id', 'l.item_id']] })}) i
      CROSS JOIN LATERAL (${lookUp({
        ...{ table: 'location', alias: 'p', columns: 'p.code', key: [['location_id', 'l.location_id']] },
      })}) p
      LIMIT ${SHOWN_HOLDINGS}
    ) held`;

/** A location and all that lie in it. */
const PARTS = `(WITH RECURSIVE part AS (
        SELECT asked.id
        UNION
        SELECT inner_part.location_id FROM part CROSS JOIN LATERAL (${lookUp({
          ...{ table: 'location', alias: 'p', columns: 'p.location_id', key: [['parent_id', 'part.id']] },
        })}) inner_part
      ) SELECT part.id FROM part) part CROSS JOIN `;

const READ_HOLDINGS: Statement = {
  name: 'poster_holdings',
  text: `${heldBy('unnest($2::uuid[]) AS asked (id)', [['item_id', 'asked.id']])}
    UNION ALL
    ${heldBy('unnest($3::uuid[]) AS asked (id)', [['location_id', 'part.id']], PARTS)}`,
};

/** A few rows of the stock that each item or location holds, with that of its parts. */
export async function readHoldings(
  session: Session,
  tenantId: string,
  { itemIds, locationIds }: AskedReads['holders'],
): Promise<Holding[]> {
  if (itemIds.length + locationIds.length === 0) return [];
  const { rows } = await run<Holding>(session, READ_HOLDINGS, [tenantId, itemIds, locationIds]);
  return rows;
}

/** All statements above, whose plans a test looks at. */
export const STATEMENTS: readonly Statement[] = [
  READ_OUTCOMES,
  READ_LEVELS,
  READ_LEVELS_AT,
  READ_LEVELS_OF,
  READ_DELTAS_AFTER,
  READ_PASTS,
  READ_HOLDINGS,
];
