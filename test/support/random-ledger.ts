import type { MovementReason } from '../../src/domain/ledger/movement';
import {
  itemSaveReads,
  locationSaveReads,
  planItemSave,
  planLocationSave,
} from '../../src/domain/plans/catalogue-save';
import type { LevelKey } from '../../src/domain/ledger/level-id';
import type { NamedKey } from '../../src/domain/ledger/posting-reads';
import { DEFAULT_DIMENSIONS, stockKey, type StockBucket } from '../../src/domain/ledger/stock-key';
import type { CountDraft, LegDraft, UnitOfWork } from '../../src/domain/ledger/unit-of-work';
import { at, bySku, CLIENT, CONNECTION, NOON, SECOND } from './domain/test-ledger';
import type { GraphqlHarness } from './graphql';

/** Skus that sort unlike their length or case, so that an order by another collation would show. */
const ITEMS = [
  ['TEA', ''],
  ['TIN', 'green'],
  ['TIN', 'Green'],
  ['tea-10', ''],
  ['SALT', ''],
  ['ÄPFEL', ''],
] as const;
const LOCATIONS = ['MAIN', 'main-2', 'B', 'Z'] as const;
const BUCKETS: readonly StockBucket[] = ['AVAILABLE', 'RESERVED', 'ON_HOLD', 'INCOMING', 'REPORTED_ON_HAND'];
const REASONS: readonly MovementReason[] = ['RECEIPT', 'SHIPMENT', 'ADJUSTMENT', 'OPENING'];

/** Pseudo-random numbers that are the same in every run (a linear congruential generator). */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Fills a tenant's ledger with movements of every kind: of several legs, with counts, absorbed by counts, together in a batch. */
export async function fillLedger(
  gateway: GraphqlHarness,
  { movements, seed, tenantId = gateway.tenants.ours }: { movements: number; seed: number; tenantId?: string },
): Promise<void> {
  await makeCatalogue(gateway, tenantId);
  const below = numbersFrom(seed);
  for (let made = 0; made < movements;) {
    const together = 1 + below(3);
    const postings = Array.from({ length: together }, (_, index) => postRandom(gateway, below, made + index, tenantId));
    await Promise.all(postings);
    made += together;
  }
}

async function makeCatalogue(gateway: GraphqlHarness, tenantId: string): Promise<void> {
  for (const [sku, specification] of ITEMS) {
    const identifiers = [{ scheme: 'CODE', value: `${sku}/${specification}` }];
    const command = { sku, specification, identifiers, allowLookalike: true };
    await gateway.post(
      { origin: CLIENT, reads: itemSaveReads(command), plan: (work) => planItemSave(work, command) },
      tenantId,
    );
  }
  for (const [index, code] of LOCATIONS.entries()) {
    const command = { code, ...(index === 0 ? {} : { parent: LOCATIONS[0] }) };
    await gateway.post(
      { origin: CLIENT, reads: locationSaveReads(command), plan: (work) => planLocationSave(work, command) },
      tenantId,
    );
  }
}

function postRandom(
  gateway: GraphqlHarness,
  below: (n: number) => number,
  number: number,
  tenantId: string,
): Promise<unknown> {
  const keys = Array.from({ length: 1 + below(3) }, () => randomKey(below));
  const deltas = keys.map(() => below(41) - 20);
  const kind = below(10);
  const occurredAtMs = NOON - below(100) * SECOND;
  const reason = REASONS[below(REASONS.length)] ?? 'RECEIPT';
  const reference = kind % 3 === 0 ? `PO-${below(4)}` : null;
  return gateway.postMovement(
    { outcomes: [], keys },
    (work) => {
      const external = { externalId: `movement ${number}`, evidenceHash: '00'.repeat(32), reference };
      const resolved = keys.map((key) => resolve(work, key));
      if (kind < 2) {
        const counts = resolved.map((levelKey) => countOf(work, levelKey, occurredAtMs));
        return { ...external, reason: 'COUNT', occurredAtMs, legs: [], counts };
      }
      const legs = resolved.map((levelKey, index): LegDraft => ({ ...levelKey, delta: deltas[index] ?? 0 }));
      return { ...external, reason, occurredAtMs, legs };
    },
    tenantId,
  );
}

function randomKey(below: (n: number) => number): NamedKey {
  const [sku, specification] = ITEMS[below(ITEMS.length)] ?? ITEMS[0];
  const bucket = BUCKETS[below(BUCKETS.length)] ?? 'AVAILABLE';
  const lot = below(3) === 0 ? 'L1' : '';
  const location = at(LOCATIONS[below(LOCATIONS.length)] ?? 'MAIN');
  return { item: bySku(sku, specification), location, dimensions: { ...DEFAULT_DIMENSIONS, bucket, lot } };
}

function resolve(work: UnitOfWork, { item, location, dimensions }: NamedKey): LevelKey {
  const foundItem = work.resolveItem(item);
  const foundLocation = work.resolveLocation(location);
  if (!('found' in foundItem) || !('found' in foundLocation)) throw new Error('The catalogue is not as made.');
  return work.levelKey(stockKey(dimensions, foundItem.found.id, foundLocation.found.id));
}

/** A count that is accepted, or one that is refused for a wrong expected quantity. */
function countOf(work: UnitOfWork, levelKey: LevelKey, asOfMs: number): CountDraft {
  const { quantity } = work.level(levelKey);
  const count = { ...levelKey, quantity, previousQuantity: quantity, asOfMs, sourceSequence: null, code: null };
  if (asOfMs % 2000 === 0) return { ...count, status: 'REJECTED', accepted: null };
  const accepted = { effectiveAtMs: asOfMs, explicit: true, quantity, originId: CONNECTION.id, sourceSequence: null };
  return { ...count, status: 'UNCHANGED', accepted };
}
