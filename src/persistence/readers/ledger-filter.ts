import type { LedgerEntryFilter } from '../../application/ports/reads';
import { instant, lastSequenceAt } from './levels-at';
import { isAtLocation } from './named';
import type { Parameters } from './statement';

/** Larger than every sequence. */
const NEVER = '9223372036854775807';

/** Conditions on a movement `m`, except the one on its reference. */
export function movementConditions(parameters: Parameters, filter: LedgerEntryFilter): string[] {
  const { reasons, recordedFromMs, recordedToMs, occurredFromMs, occurredToMs, afterSequence } = filter;
  const conditions: string[] = [];
  if (reasons) conditions.push(`m.reason = ANY (${parameters.add(reasons, 'text[]')})`);
  if (afterSequence !== undefined) conditions.push(`m.sequence > ${parameters.add(afterSequence, 'bigint')}`);
  // `recorded_at` never decreases along the ledger, so its bounds are sequences.
  if (recordedFromMs !== undefined) conditions.push(`m.sequence >= ${firstSequenceFrom(parameters, recordedFromMs)}`);
  if (recordedToMs !== undefined) conditions.push(`m.sequence <= ${lastSequenceAt(parameters, recordedToMs)}`);
  if (occurredFromMs !== undefined) conditions.push(`m.occurred_at >= ${instant(parameters, occurredFromMs)}`);
  if (occurredToMs !== undefined) conditions.push(`m.occurred_at <= ${instant(parameters, occurredToMs)}`);
  return conditions;
}

function firstSequenceFrom(parameters: Parameters, recordedAtMs: number): string {
  return `coalesce((SELECT next.sequence FROM movement next
    WHERE next.tenant_id = $1 AND next.recorded_at >= ${instant(parameters, recordedAtMs)}
    ORDER BY next.recorded_at, next.sequence LIMIT 1), ${NEVER})`;
}

/** Conditions on an entry `e`, except the one on its item, with the join that they need. */
export function entryConditions(
  parameters: Parameters,
  { locations, buckets }: LedgerEntryFilter,
): { join: string; conditions: string[] } {
  const conditions: string[] = [];
  if (locations) conditions.push(isAtLocation(parameters, locations));
  if (buckets) conditions.push(`v.bucket = ANY (${parameters.add(buckets, 'text[]')})`);
  const join = conditions.length === 0 ? '' : 'JOIN stock_level v ON v.tenant_id = $1 AND v.level_id = e.level_id';
  return { join, conditions };
}
