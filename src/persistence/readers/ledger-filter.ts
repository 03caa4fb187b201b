import type { LedgerEntryFilter } from '../../application/ports/reads';
import { sequenceUpTo } from '../moments';
import { instant, lastSequenceAt } from './levels-at';
import { between } from '../database/look-up';
import { JOIN_LEVEL, joinOne } from './look-ups';
import { bucketsNamed, placesNamed } from './named';
import type { Parameters } from './statement';
import type { AskedLevels } from './wanted-levels';

/** Conditions on a movement `m` that no index knows. */
export function movementConditions(parameters: Parameters, filter: LedgerEntryFilter): string[] {
  const { reasons, occurredFromMs, occurredToMs, origin } = filter;
  const conditions: string[] = [];
  if (origin !== undefined) conditions.push(hasOrigin(parameters.add(origin, 'text')));
  if (reasons) conditions.push(`m.reason = ANY (${parameters.add(reasons, 'text[]')})`);
  if (occurredFromMs !== undefined) conditions.push(`m.occurred_at >= ${instant(parameters, occurredFromMs)}`);
  if (occurredToMs !== undefined) conditions.push(`m.occurred_at <= ${instant(parameters, occurredToMs)}`);
  return conditions;
}

/** The part of the ledger that a filter asks for: after some sequences, from some on, and up to some. */
interface Stretch {
  /** An array of the sequences that are meant; null: all. */
  readonly oneOf: string | null;
  readonly after: readonly string[];
  readonly from: readonly string[];
  readonly upTo: readonly string[];
}

/** `recorded_at` never decreases along the ledger, so its bounds are sequences. */
export function stretchOf(parameters: Parameters, filter: LedgerEntryFilter): Stretch {
  const { recordedFromMs, recordedToMs, afterSequence, externalId } = filter;
  return {
    oneOf: externalId === undefined ? null : ofExternalId(parameters.add(externalId, 'text')),
    after: afterSequence === undefined ? [] : [parameters.add(afterSequence, 'bigint')],
    from: recordedFromMs === undefined ? [] : [firstSequenceFrom(parameters, recordedFromMs)],
    upTo: recordedToMs === undefined ? [] : [lastSequenceAt(parameters, recordedToMs)],
  };
}

/** Conditions on the sequence of a movement `m`. */
export const sequenceConditions = ({ oneOf, after, from, upTo }: Stretch): string[] => [
  ...(oneOf === null ? [] : [`m.sequence = ANY (${oneOf})`]),
  ...after.map((sequence) => `m.sequence > ${sequence}`),
  ...from.map((sequence) => `m.sequence >= ${sequence}`),
  ...upTo.map((sequence) => `m.sequence <= ${sequence}`),
];

/** How many movements a stretch has: the ledger has no gaps. Null: that does not tell. */
export function lengthOf({ oneOf, after, from, upTo }: Stretch): string | null {
  if (oneOf !== null) return null;
  const before = [...after, ...from.map((sequence) => `${sequence} - 1`), '0'];
  return `greatest(0, least(${[...upTo, 'head.sequence'].join(', ')}) - greatest(${before.join(', ')}))`;
}

/**
 * Conditions on the sequence of a movement `m`, as those of its entries `e`. Where both are read, both need them:
 * PostgreSQL does not conclude that they hold for the other table too, and would read that from its start.
 */
export const ofEntries = (conditions: string): string => conditions.replaceAll('m.sequence', 'e.sequence');

/** The sequence that follows the last one before then. */
const firstSequenceFrom = (parameters: Parameters, recordedAtMs: number): string =>
  `(SELECT before.sequence + 1 FROM (${sequenceUpTo(instant(parameters, recordedAtMs), '<')}) before)`;

/** Conditions on an entry `e`, except the one on its item, with the join that they need. */
export function entryConditions(
  parameters: Parameters,
  { locations, buckets }: LedgerEntryFilter,
): { join: string; conditions: string[]; asked: AskedLevels } {
  const places = locations ? placesNamed(parameters, locations) : null;
  const states = buckets ? bucketsNamed(parameters, buckets) : null;
  const conditions = [...(places ? [places.has('v.location_id')] : []), ...(states ? [states.has('v.bucket')] : [])];
  const join = conditions.length === 0 ? '' : JOIN_LEVEL;
  return { join, conditions, asked: { locations: places, buckets: states } };
}

/** Movements under an external id, in the order of one of the two indexes of such ids. */
const movementsUnder = (id: string, condition: string, next: string): string =>
  `SELECT known.sequence FROM movement known WHERE known.tenant_id = $1 AND ${between('known.external_id', id)}
      AND known.fingerprint ${condition} ORDER BY known.external_id, known.${next}`;

/**
 * A movement has the external id of its event or command; rows with ids of their own are kept with their outcomes. An
 * outcome is found by its origin, of which a tenant has few. An array is read once, however often it is compared.
 */
const ofExternalId = (id: string): string => `ARRAY(
    (${movementsUnder(id, 'IS NOT NULL', 'origin_id')})
    UNION
    (${movementsUnder(id, 'IS NULL', 'sequence')})
    UNION
    SELECT o.sequence FROM (
      SELECT c.connection_id AS id FROM connection c WHERE c.tenant_id = $1
      UNION ALL SELECT a.client_id FROM api_client a WHERE a.tenant_id = $1) origin
    CROSS JOIN LATERAL (SELECT o.sequence FROM outcome o WHERE o.tenant_id = $1 AND ${between('o.origin_id', 'origin.id')}
      AND o.external_id = ${id} ORDER BY o.origin_id, o.external_id LIMIT 1) o WHERE o.sequence IS NOT NULL)`;

const hasOrigin = (name: string): string => `m.origin_id = ANY (ARRAY(
    SELECT c.connection_id FROM connection c WHERE c.tenant_id = $1 AND c.name = ${name}
    UNION ALL SELECT a.client_id FROM api_client a WHERE a.tenant_id = $1 AND a.name = ${name}))`;

/** The legs with effect, as a table that says so. */
export const ENTRIES = '(SELECT entry.*, false AS absorbed FROM ledger_entry entry)';

const THEN = `FROM ledger_entry past WHERE past.tenant_id = leg.tenant_id AND ${between('past.level_id', 'leg.level_id')}
      AND past.sequence <= leg.sequence ORDER BY past.level_id DESC, past.sequence DESC, past.leg DESC LIMIT 1`;

/** The legs without effect, with the same columns. */
const ABSORBED = `(
    SELECT leg.tenant_id, leg.sequence, leg.leg, leg.level_id, known.item_id, leg.delta, true AS absorbed,
      coalesce((SELECT past.quantity_after ${THEN}), 0) AS quantity_after,
      coalesce((SELECT past.level_version ${THEN}), 0) AS level_version
    FROM absorbed_leg leg ${joinOne('stock_level', 'known', 'level_id', 'leg.level_id')})`;

/** The tables of legs that a filter looks at. */
export const legsOf = ({ includeAbsorbed }: LedgerEntryFilter): string[] =>
  includeAbsorbed ? [ENTRIES, ABSORBED] : [ENTRIES];

/** A SELECT from each table of legs, as one. Each reads no more than its own part of a page. */
export function united(selects: readonly string[], tail = ''): string {
  if (selects.length === 1) return selects.join('');
  return `SELECT e.* FROM (${selects.map((select) => `(${select})`).join(' UNION ALL ')}) e${tail}`;
}
