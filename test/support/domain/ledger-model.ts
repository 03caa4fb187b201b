import type {
  AdjustmentOrderInput,
  AdjustmentOrderReverseInput,
} from '../../../src/application/commands/adjustment-orders';
import type { StockAdjustInput } from '../../../src/application/commands/adjust-stock';
import type { InventoryRecordInput } from '../../../src/application/commands/save-inventory-record';
import type { StockSetInput } from '../../../src/application/commands/set-stock';
import type { AdjustmentOrderSide } from '../../../src/domain/adjustment-order';
import type { ItemReference, LocationReference } from '../../../src/domain/catalogue/catalogue';
import type { UserErrorCode } from '../../../src/domain/errors';
import type { DecodedRow, Fact } from '../../../src/domain/plans/delivery';
import type { CountStatus, MovementReason } from '../../../src/domain/ledger/movement';
import {
  DEFAULT_DIMENSIONS,
  type StockDimensions,
  type TrackableDimension,
} from '../../../src/domain/ledger/stock-key';

/**
 * An independent model of the ledger, as simple as possible: a list of movements that is summed up again for every
 * question. It shares no code with the product, only the types of the input. It does not handle quantities outside the
 * exact range.
 */

/** A stock key with names instead of ids. */
export interface ModelKey {
  readonly sku: string;
  readonly location: string;
  readonly dimensions: StockDimensions;
}

/** `sku/specification/location/` and the dimensions, as {@link TestLedger.nameOf} writes it. */
const nameOfKey = ({ sku, location, dimensions: d }: ModelKey): string =>
  [sku, '', location, d.owner, d.pool, d.channel, d.condition, d.packaging, d.barcode, d.lot, d.bucket].join('/');

export interface ModelEntry {
  readonly key: string;
  readonly delta: number;
  readonly quantityAfter: number;
  readonly levelVersion: number;
}

interface ModelCount {
  readonly key: string;
  readonly status: CountStatus;
  readonly quantity: number;
  readonly previousQuantity: number;
  readonly asOfMs: number | null;
  readonly sourceSequence: number | null;
  readonly code: string | null;
}

export interface ModelMovement {
  readonly sequence: number;
  readonly reason: MovementReason;
  readonly originId: string;
  readonly occurredAtMs: number;
  readonly effectiveAtMs: number;
  readonly recordedAtMs: number;
  readonly entries: readonly ModelEntry[];
  readonly absorbedLegs: readonly { readonly key: string; readonly delta: number }[];
  readonly counts: readonly ModelCount[];
}

export interface ModelError {
  readonly code: UserErrorCode;
  readonly field: string;
  readonly current?: number;
  readonly requested?: number;
}

export interface ModelOrder {
  readonly orderNo: string;
  readonly status: 'COMPLETED' | 'REVERSED';
  readonly reverses: string | null;
  readonly reversedBy: string | null;
  readonly sequence: number;
  readonly legs: readonly { readonly key: ModelKey; readonly delta: number }[];
}

export type ModelAnswer = Readonly<Record<string, unknown>>;

interface ModelState {
  readonly movements: ModelMovement[];
  readonly outcomes: Map<string, { content: string; answer: ModelAnswer }>;
  readonly postedRows: Map<string, { fingerprint: string; sequence: number }>;
  readonly keys: Map<string, ModelKey>;
  readonly orders: Map<string, ModelOrder>;
  readonly records: Map<string, ModelAnswer>;
  readonly skus: Set<string>;
  /** Which sku an item was merged into. */
  readonly merged: Map<string, string>;
  nextOrderNumber: number;
}

/** A leg before it is posted. */
interface Leg {
  readonly key: ModelKey;
  readonly delta: number;
}

interface Draft {
  readonly reason: MovementReason;
  readonly originId: string;
  readonly saidMs: number | null;
  readonly receivedMs?: number;
  readonly legs: readonly Leg[];
  readonly counts?: readonly (Omit<ModelCount, 'key'> & { readonly key: ModelKey })[];
}

const FIVE_MINUTES = 5 * 60_000;

export class LedgerModel {
  state: ModelState = {
    movements: [],
    outcomes: new Map(),
    postedRows: new Map(),
    keys: new Map(),
    orders: new Map(),
    records: new Map(),
    skus: new Set(),
    merged: new Map(),
    nextOrderNumber: 1,
  };
  /** Our clock. */
  nowMs = 0;

  constructor(
    skus: readonly string[],
    readonly locations: readonly string[],
    readonly unitsPerPackage: Readonly<Record<string, number | null>> = {},
  ) {
    for (const sku of skus) this.state.skus.add(sku);
  }

  get sequence(): number {
    return this.state.movements.length;
  }

  // Reading the movements

  quantity(key: ModelKey): number {
    return this.#entriesOf(key).reduce((sum, entry) => sum + entry.delta, 0);
  }

  /** Every level, with its quantity and counts. */
  levels(): Record<string, unknown> {
    const levels: Record<string, unknown> = {};
    for (const key of this.state.keys.values()) {
      if (!this.#exists(key)) continue;
      const last = this.#lastCount(key);
      levels[nameOfKey(key)] = {
        quantity: this.quantity(key),
        version: this.#entriesOf(key).length,
        hasBaseline: last !== undefined || this.#wasOpened(key),
        countedAsOfMs: this.#rememberedAsOf(key),
        lastCount: last
          ? {
              effectiveAtMs: last.effectiveAtMs,
              explicit: last.asOfMs !== null,
              quantity: last.quantity,
              originId: last.originId,
              sourceSequence: last.sourceSequence,
            }
          : null,
      };
    }
    return levels;
  }

  #entriesOf(key: ModelKey): ModelEntry[] {
    const name = nameOfKey(key);
    return this.state.movements.flatMap(({ entries }) => entries.filter((entry) => entry.key === name));
  }

  #acceptedCounts(key: ModelKey) {
    const name = nameOfKey(key);
    return this.state.movements.flatMap(({ counts, effectiveAtMs, originId }) =>
      counts
        .filter((count) => count.key === name && (count.status === 'APPLIED' || count.status === 'UNCHANGED'))
        .map((count) => ({ ...count, effectiveAtMs, originId })),
    );
  }

  #lastCount(key: ModelKey) {
    return this.#acceptedCounts(key).at(-1);
  }

  /** The explicit time of the last accepted count that had one. */
  #rememberedAsOf(key: ModelKey): number | null {
    const explicit = this.#acceptedCounts(key).filter(({ asOfMs }) => asOfMs !== null);
    return explicit.at(-1)?.effectiveAtMs ?? null;
  }

  #exists(key: ModelKey): boolean {
    return this.#entriesOf(key).length > 0 || this.#acceptedCounts(key).length > 0;
  }

  #wasOpened(key: ModelKey): boolean {
    const name = nameOfKey(key);
    return this.state.movements.some(
      ({ reason, entries }) => reason === 'OPENING' && entries.some((e) => e.key === name),
    );
  }

  /** The sum of a key's deltas that took effect after a moment, without corrections by counts. */
  #happenedAfter(key: ModelKey, momentMs: number): number {
    const name = nameOfKey(key);
    let sum = 0;
    for (const movement of this.state.movements) {
      if (movement.reason === 'COUNT' || movement.effectiveAtMs <= momentMs) continue;
      for (const leg of [...movement.entries, ...movement.absorbedLegs]) if (leg.key === name) sum += leg.delta;
    }
    return sum;
  }

  #effective(saidMs: number | null, receivedMs = this.nowMs): number {
    return Math.min(saidMs ?? this.nowMs, receivedMs, this.nowMs);
  }

  #isAbsorbed(key: ModelKey, saidMs: number | null, receivedMs?: number): boolean {
    const remembered = this.#rememberedAsOf(key);
    return saidMs !== null && remembered !== null && this.#effective(saidMs, receivedMs) <= remembered;
  }

  // Changing the movements

  #post({ reason, originId, saidMs, receivedMs, legs, counts = [] }: Draft): ModelMovement {
    const entries: ModelEntry[] = [];
    const absorbedLegs: { key: string; delta: number }[] = [];
    for (const { key, delta } of legs) {
      this.state.keys.set(nameOfKey(key), key);
      if (reason !== 'COUNT' && this.#isAbsorbed(key, saidMs, receivedMs)) {
        absorbedLegs.push({ key: nameOfKey(key), delta });
        continue;
      }
      const inThis = entries.filter((entry) => entry.key === nameOfKey(key));
      entries.push({
        key: nameOfKey(key),
        delta,
        quantityAfter: this.quantity(key) + inThis.reduce((sum, entry) => sum + entry.delta, 0) + delta,
        levelVersion: this.#entriesOf(key).length + inThis.length + 1,
      });
    }
    const effectiveAtMs = this.#effective(saidMs, receivedMs);
    const movement: ModelMovement = {
      sequence: this.sequence + 1,
      reason,
      originId,
      occurredAtMs: saidMs ?? effectiveAtMs,
      effectiveAtMs,
      recordedAtMs: this.nowMs,
      entries,
      absorbedLegs,
      counts: counts.map((count) => {
        this.state.keys.set(nameOfKey(count.key), count.key);
        return { ...count, key: nameOfKey(count.key) };
      }),
    };
    this.state.movements.push(movement);
    return movement;
  }

  /** Runs a change, and undoes it if it is not kept. */
  #attempt<Result>(work: () => { keep: boolean; result: Result }): Result {
    const before = structuredClone(this.state);
    const { keep, result } = work();
    if (!keep) this.state = before;
    return result;
  }

  /**
   * Runs a command under its idempotency key. `business`: the number that is used up by success only. What the first
   * one answered is answered again; other content is refused.
   */
  #once(
    originId: string,
    ids: { idempotencyKey: string | null; business?: string | null; businessField?: string },
    content: unknown,
    dryRun: boolean,
    nothing: ModelAnswer,
    work: () => { answer: ModelAnswer; refused: boolean },
  ): ModelAnswer {
    const said = JSON.stringify(content);
    const { idempotencyKey, business = null, businessField = '' } = ids;
    const refusal = (code: UserErrorCode, field: string): ModelAnswer => ({
      ...nothing,
      userErrors: [{ code, field }],
      replayed: false,
      ledgerSequence: this.sequence,
    });
    const remember = (name: string, id: string, answer: ModelAnswer): void => {
      if (!dryRun) this.state.outcomes.set(`${originId} ${name} ${id}`, { content: said, answer });
    };
    const known = idempotencyKey === null ? undefined : this.state.outcomes.get(`${originId} key ${idempotencyKey}`);
    if (known) {
      if (known.content !== said) return refusal('IDEMPOTENCY_KEY_REUSED', 'idempotencyKey');
      return { ...known.answer, replayed: true };
    }
    const used = business === null ? undefined : this.state.outcomes.get(`${originId} business ${business}`);
    if (used) {
      const isSame = used.content === said;
      const answer = isSame ? used.answer : refusal('SELLER_ORDER_NO_REUSED', businessField);
      if (idempotencyKey !== null) remember('key', idempotencyKey, answer);
      return isSame ? { ...answer, replayed: true } : answer;
    }
    const { answer, refused } = this.#attempt(() => {
      const done = work();
      return { keep: !done.refused && !dryRun, result: done };
    });
    if (idempotencyKey !== null) remember('key', idempotencyKey, answer);
    if (business !== null && !refused) remember('business', business, answer);
    return answer;
  }

  /** A name with the item that it means now. */
  #meant<Name extends Named>(named: Name): Name {
    const into = this.state.merged.get(skuOf(named.item));
    return into === undefined ? named : { ...named, item: { by: 'SKU', sku: into, specification: '' } };
  }

  #keyOf(named: Named): ModelKey {
    const { item, location, dimensions } = this.#meant(named);
    return { sku: skuOf(item), location: codeOf(location), dimensions };
  }

  /** The known sku that a new one would be taken for. The histories have others only in another case. */
  #lookAlikeOf(sku: string): string | undefined {
    const { skus } = this.state;
    return skus.has(sku) ? undefined : [...skus].find((known) => known.toLowerCase() === sku.toLowerCase());
  }

  #itemError(item: ItemReference, field: string): ModelError[] {
    return this.state.skus.has(skuOf(item)) ? [] : [{ code: 'ITEM_NOT_FOUND', field: `${field}sku` }];
  }

  #locationError(location: LocationReference, field: string): ModelError[] {
    return this.locations.includes(codeOf(location)) ? [] : [{ code: 'LOCATION_NOT_FOUND', field: `${field}location` }];
  }

  // Facts

  /** Posts the new rows of a delivery. Rows that share an event and a moment are one movement. */
  deliver(originId: string, rows: readonly DecodedRow[], receivedMs: number): ModelAnswer {
    const verdicts = new Map<number, Record<string, unknown>>();
    const events = new Map<string, { index: number; fact: Fact }[]>();
    const seen = new Map<string, Fact>();
    for (const row of rows) {
      if (!('fact' in row)) throw new Error('The model knows facts only.');
      const { index, fact } = row;
      const posted = this.state.postedRows.get(`${originId} ${fact.externalId}`) ?? seen.get(fact.externalId);
      if (posted) {
        const isSame = posted.fingerprint === fact.fingerprint;
        const sequence = 'sequence' in posted ? posted.sequence : null;
        verdicts.set(
          index,
          isSame ? { status: 'DUPLICATE', sequence } : { status: 'QUARANTINED', code: 'EXTERNAL_ID_REUSED' },
        );
        continue;
      }
      if (contradicts(fact.reason, fact.delta)) {
        verdicts.set(index, { status: 'QUARANTINED', code: 'INVALID_QUANTITY' });
        continue;
      }
      if (fact.item.by === 'IDENTIFIER' && fact.item.whenUnknown === 'CREATE') {
        if (this.#lookAlikeOf(fact.item.value) !== undefined) {
          verdicts.set(index, { status: 'QUARANTINED', code: 'LOOKALIKE' });
          continue;
        }
        this.state.skus.add(fact.item.value);
      }
      if (this.#itemError(fact.item, '').length > 0) {
        verdicts.set(index, { status: 'QUARANTINED', code: 'ITEM_NOT_FOUND' });
        continue;
      }
      seen.set(fact.externalId, fact);
      const event = `${fact.eventId} at ${fact.occurredAtMs} for ${fact.reason}`;
      events.set(event, [...(events.get(event) ?? []), { index, fact }]);
    }
    let belowZero = 0;
    for (const legs of events.values()) {
      if (
        isUneven(
          legs[0]?.fact.reason,
          legs.map(({ fact }) => ({ key: this.#meant(fact), delta: fact.delta })),
        )
      ) {
        for (const { index } of legs) verdicts.set(index, { status: 'QUARANTINED', code: 'INVALID_QUANTITY' });
        continue;
      }
      const absorbed = legs.map(({ fact }) =>
        this.#isAbsorbed(this.#keyOf(fact), legs[0]?.fact.occurredAtMs ?? null, receivedMs),
      );
      const { sequence, entries } = this.#post({
        reason: legs[0]?.fact.reason ?? 'UNKNOWN',
        originId,
        saidMs: legs[0]?.fact.occurredAtMs ?? null,
        receivedMs,
        legs: legs.map(({ fact }) => ({ key: this.#keyOf(fact), delta: fact.delta })),
      });
      belowZero += entries.filter(({ delta, quantityAfter }) => delta < 0 && quantityAfter < 0).length;
      for (const [place, { index, fact }] of legs.entries()) {
        verdicts.set(index, { status: absorbed[place] ? 'ABSORBED' : 'POSTED', sequence });
        this.state.postedRows.set(`${originId} ${fact.externalId}`, { fingerprint: fact.fingerprint, sequence });
      }
    }
    return { belowZero, rows: rows.map(({ index }) => ({ index, ...verdicts.get(index) })) };
  }

  // stockAdjust

  adjust(originId: string, given: StockAdjustInput): ModelAnswer {
    const input = tidy(given);
    const { idempotencyKey, dryRun, ...content } = input;
    const nothing = { movementSequence: null, changes: [] };
    const contradicted = input.rows.flatMap(({ delta }, index): ModelError[] =>
      contradicts(input.reason, delta) ? [{ code: 'INVALID_QUANTITY', field: `rows.${index}.delta` }] : [],
    );
    if (contradicted.length > 0) {
      return { ...nothing, userErrors: contradicted, replayed: false, ledgerSequence: null };
    }
    return this.#once(originId, { idempotencyKey }, ['adjust', content], dryRun, nothing, () => {
      const before = this.sequence;
      const unknown = input.rows.flatMap(({ key }, index) => [
        ...this.#itemError(key.item, `rows.${index}.`),
        ...this.#locationError(key.location, `rows.${index}.`),
      ]);
      const userErrors = unknown.length > 0 ? unknown : this.#adjustErrors(input);
      if (userErrors.length > 0) {
        return { refused: true, answer: { ...nothing, userErrors, replayed: false, ledgerSequence: before } };
      }
      const legs = input.rows.map(({ key, delta }) => ({ key: this.#keyOf(key), delta }));
      const movement = this.#post({ reason: input.reason, originId, saidMs: input.occurredAtMs, legs });
      const answer = {
        movementSequence: dryRun ? null : movement.sequence,
        changes: changesOf(movement),
        userErrors: [],
        replayed: false,
        ledgerSequence: dryRun ? before : movement.sequence,
      };
      return { refused: false, answer };
    });
  }

  #adjustErrors({ rows, occurredAtMs, reason }: StockAdjustInput): ModelError[] {
    const names = rows.map(({ key }) => nameOfKey(this.#keyOf(key)));
    const uneven: ModelError[] = isUneven(
      reason,
      rows.map(({ key, delta }) => ({ key: this.#meant(key), delta })),
    )
      ? [{ code: 'INVALID_QUANTITY', field: 'rows' }]
      : [];
    const short = rows.flatMap(({ key, delta }, index): ModelError[] => {
      if (names.indexOf(names[index] ?? '') < index) return [{ code: 'DUPLICATE_ROW', field: `rows.${index}` }];
      const current = this.quantity(this.#keyOf(key));
      if (this.#isAbsorbed(this.#keyOf(key), occurredAtMs)) return [];
      if (delta > 0 || current + delta >= 0)
        return this.#pastErrors(this.#keyOf(key), delta, occurredAtMs, reason, index);
      return [{ code: 'INSUFFICIENT_STOCK', field: `rows.${index}.delta`, current, requested: -delta }];
    });
    return [...uneven, ...short];
  }

  /** A row is refused where it takes more than there was at any moment since, or its item had not moved yet. */
  #pastErrors(
    key: ModelKey,
    delta: number,
    saidMs: number | null,
    reason: MovementReason,
    index: number,
  ): ModelError[] {
    if (saidMs === null || saidMs >= this.nowMs) return [];
    const code = 'NEGATIVE_IN_THE_PAST';
    const moved = this.state.movements.flatMap(({ entries, effectiveAtMs: atMs }) =>
      entries.map((entry) => ({ ...entry, atMs })),
    );
    const ofKey = moved.filter((entry) => entry.key === nameOfKey(key));
    const after = ofKey.map(({ atMs }) => atMs).filter((atMs) => atMs > saidMs);
    const current = Math.min(
      ...[saidMs, ...after].map((ms) => ofKey.reduce((sum, entry) => (entry.atMs <= ms ? sum + entry.delta : sum), 0)),
    );
    if (delta < 0 && current + delta < 0) {
      return [{ code, field: `rows.${index}.delta`, current, requested: -delta }];
    }
    const ofItem = moved.filter((entry) => entry.key.startsWith(`${key.sku}/`)).map(({ atMs }) => atMs);
    if (reason === 'OPENING' || ofItem.length === 0 || saidMs >= Math.min(...ofItem)) return [];
    return [{ code, field: 'occurredAt' }];
  }

  // Merges

  /** All stock of an item goes to another one, level by level. From then on its names mean the other one. */
  merge(originId: string, { idempotencyKey, dryRun, from, into }: ModelMerge): ModelAnswer {
    const nothing = { movementSequence: null, changes: [] };
    return this.#once(originId, { idempotencyKey }, ['merge', from, into], dryRun, nothing, () => {
      const before = this.sequence;
      const [meant = from, taking = into] = [from, into].map((sku) => this.state.merged.get(sku) ?? sku);
      const userErrors: ModelError[] = [from, into].flatMap((sku, index) =>
        this.state.skus.has(sku) ? [] : [{ code: 'ITEM_NOT_FOUND', field: index === 0 ? 'from' : 'into' }],
      );
      if (userErrors.length === 0 && meant === taking) userErrors.push({ code: 'NOTHING_CHANGES', field: 'into' });
      // What it means now is not merged under a name from before.
      else if (userErrors.length === 0 && meant !== from) userErrors.push({ code: 'INVALID_INPUT', field: 'from' });
      if (userErrors.length > 0) {
        return { refused: true, answer: { ...nothing, userErrors, replayed: false, ledgerSequence: before } };
      }
      const legs = [...this.state.keys.values()]
        .filter((key) => key.sku === meant && this.quantity(key) !== 0)
        .flatMap((key) => [
          { key, delta: -this.quantity(key) },
          { key: { ...key, sku: taking }, delta: this.quantity(key) },
        ]);
      const movement = legs.length === 0 ? null : this.#post({ reason: 'MERGE', originId, saidMs: null, legs });
      this.state.merged.set(meant, taking);
      const answer = {
        movementSequence: dryRun ? null : (movement?.sequence ?? null),
        changes: movement ? changesOf(movement) : [],
        userErrors: [],
        replayed: false,
        ledgerSequence: dryRun ? before : this.sequence,
      };
      return { refused: false, answer };
    });
  }

  // Counts

  set(originId: string, given: StockSetInput): ModelAnswer {
    const said = tidy(given);
    const { idempotencyKey, externalId: _, dryRun, policy, ...rest } = said;
    const content = ['set', rest, policy];
    const input = { ...said, rows: said.rows.map((row) => this.#timed(row, policy.lagSeconds)) };
    return this.#once(originId, { idempotencyKey }, content, dryRun, { results: [] }, () => {
      const before = this.sequence;
      const judged = input.rows.map((row, index) => this.#judge(originId, row, policy, `rows.${index}`));
      const names = judged.map(({ key }) => (key ? nameOfKey(key) : null));
      judged.forEach((verdict, index) => {
        if (names.filter((name) => name !== null && name === names[index]).length < 2) return;
        judged[index] = { ...verdict, status: 'REJECTED', errors: [{ code: 'DUPLICATE_ROW', field: `rows.${index}` }] };
      });
      const accepted = judged.filter(({ status }) => status === 'APPLIED' || status === 'UNCHANGED');
      const finerThan = (index: number, { key }: ModelVerdict): boolean =>
        accepted.some(
          (other) =>
            other.target !== 0 &&
            this.#isFiner(other.key, key, (input.rows[index] as (typeof input.rows)[0]).tellsApart),
        );
      const coarse = judged.map((verdict, index) => accepted.includes(verdict) && finerThan(index, verdict));
      judged.forEach((verdict, index) => {
        if (!coarse[index]) return;
        judged[index] = {
          ...verdict,
          status: 'REJECTED',
          errors: [{ code: 'KEY_TOO_COARSE', field: `rows.${index}` }],
        };
      });
      const userErrors = judged.flatMap(({ errors }) => errors);
      const refused = input.onRowError === 'REJECT_ALL' && userErrors.length > 0;
      const sequences = refused ? [] : this.#postCounts(originId, input, judged);
      const results = judged.map((verdict, index) => {
        const hasEffect = !refused && (verdict.status === 'APPLIED' || verdict.status === 'UNCHANGED');
        return {
          index,
          status: refused && verdict.status !== 'REJECTED' ? 'NOT_APPLIED' : verdict.status,
          previousQuantity: verdict.previous,
          quantity: hasEffect ? verdict.target : null,
          delta: hasEffect ? verdict.target - (verdict.previous ?? 0) : null,
          movementSequence: hasEffect && !dryRun ? (sequences[index] ?? null) : null,
          error: verdict.errors[0] ?? null,
        };
      });
      const ledgerSequence = dryRun ? before : this.sequence;
      return { refused, answer: { results, userErrors, replayed: false, ledgerSequence } };
    });
  }

  /** A count that states no time is as of now, less the lag, where its policy says so. */
  #timed<Row extends { asOfMs: number | null }>(row: Row, lagSeconds: number | null = null): Row {
    if (row.asOfMs !== null || lagSeconds === null) return row;
    return { ...row, asOfMs: this.nowMs - lagSeconds * 1_000, isAsOfReceipt: true };
  }

  /** One movement for each moment in the rows. Refused rows of a missing level leave nothing. */
  #postCounts(originId: string, input: StockSetInput, judged: readonly ModelVerdict[]): number[] {
    const sequences: number[] = [];
    const kept = judged.map(({ key, status }) => key !== null && (status !== 'REJECTED' || this.#exists(key)));
    const moments = new Set(input.rows.flatMap(({ asOfMs }, index) => (kept[index] ? [asOfMs] : [])));
    for (const moment of moments) {
      const members = input.rows.flatMap((row, index) => (row.asOfMs === moment && kept[index] ? [index] : []));
      const legs: Leg[] = [];
      const counts: Draft['counts'] = members.map((index) => {
        const { key, status, previous, target, errors } = judged[index] as ModelVerdict & { key: ModelKey };
        const row = input.rows[index] as StockSetInput['rows'][number];
        if (status === 'APPLIED') legs.push({ key, delta: target - (previous ?? 0) });
        return {
          key,
          status,
          quantity: row.quantity,
          previousQuantity: previous ?? 0,
          asOfMs: row.asOfMs,
          sourceSequence: row.sourceSequence,
          code: errors[0]?.code ?? null,
        };
      });
      const { sequence } = this.#post({ reason: 'COUNT', originId, saidMs: moment, legs, counts });
      for (const index of members) sequences[index] = sequence;
    }
    return sequences;
  }

  /** Judges a count in the five steps below, in this order. */
  #judge(
    originId: string,
    row: StockSetInput['rows'][number],
    policy: StockSetInput['policy'],
    field: string,
  ): ModelVerdict {
    const unknown = [
      ...this.#itemError(row.key.item, `${field}.`),
      ...this.#locationError(row.key.location, `${field}.`),
    ];
    if (unknown.length > 0) return { key: null, previous: null, target: 0, status: 'REJECTED', errors: unknown };
    const key = this.#keyOf(row.key);
    const current = this.quantity(key);
    const verdict = (status: CountStatus, ...errors: ModelError[]): ModelVerdict => {
      return { key, previous: current, target: current, status, errors };
    };
    // 1
    if (row.asOfMs !== null && row.asOfMs > this.nowMs + FIVE_MINUTES) {
      return verdict('REJECTED', { code: 'AS_OF_IN_FUTURE', field: `${field}.asOf` });
    }
    // 2
    if (this.#isTooCoarse(key, row.tellsApart)) return verdict('REJECTED', { code: 'KEY_TOO_COARSE', field });
    // 3
    const last = this.#lastCount(key);
    if (last) {
      const [next, before] = [row.sourceSequence, last.sourceSequence];
      const numbered = next !== null && before !== null && last.originId === originId;
      const order = numbered ? next - before : this.#effective(row.asOfMs) - last.effectiveAtMs;
      const states = row.asOfMs !== null && !row.isAsOfReceipt;
      const isRepeated = order === 0 && (numbered || (states && last.asOfMs !== null));
      const by = `${field}.${numbered ? 'sourceSequence' : 'asOf'}`;
      if (order < 0) {
        if (!policy.staleIsError) return verdict('STALE_IGNORED');
        return verdict('REJECTED', { code: 'STALE', field: by, current, requested: row.quantity });
      }
      if (isRepeated && last.quantity === row.quantity) return verdict('DUPLICATE');
      if (isRepeated) {
        const current = last.quantity;
        return verdict('REJECTED', { code: 'AS_OF_CONFLICT', field: by, current, requested: row.quantity });
      }
    }
    // 4
    if (typeof row.changeFromQuantity === 'number' && row.changeFromQuantity !== current) {
      const where = `${field}.changeFromQuantity`;
      return verdict('REJECTED', {
        code: 'CHANGE_FROM_QUANTITY_STALE',
        field: where,
        current,
        requested: row.quantity,
      });
    }
    // 5
    const since = row.asOfMs === null ? 0 : this.#happenedAfter(key, this.#effective(row.asOfMs));
    const target = row.quantity + since;
    return { key, previous: current, target, status: target === current ? 'UNCHANGED' : 'APPLIED', errors: [] };
  }

  #isTooCoarse(key: ModelKey, tellsApart: ReadonlySet<TrackableDimension>): boolean {
    return [...this.state.keys.values()].some(
      (other) => this.#isFiner(other, key, tellsApart) && this.quantity(other) !== 0,
    );
  }

  #isFiner(other: ModelKey | null, key: ModelKey | null, tellsApart: ReadonlySet<TrackableDimension>): boolean {
    if (!other || !key) return false;
    return (
      nameOfKey(other) !== nameOfKey(key) &&
      other.sku === key.sku &&
      other.location === key.location &&
      other.dimensions.bucket === key.dimensions.bucket &&
      other.dimensions.condition === key.dimensions.condition &&
      [...tellsApart].every((dimension) => other.dimensions[dimension] === key.dimensions[dimension])
    );
  }

  // Adjustment orders

  order(originId: string, given: AdjustmentOrderInput): ModelAnswer {
    const input = tidy(given);
    const { idempotencyKey, businessKey, dryRun, organisations: _, ...content } = input;
    const nothing = { orderNo: null, changes: [] };
    const business = businessKey && `${businessKey.kind}/${businessKey.value}`;
    const ids = { idempotencyKey, business, businessField: businessKey?.kind ?? '' };
    return this.#once(originId, ids, ['order', content, businessKey], dryRun, nothing, () => {
      const before = this.sequence;
      const faults = [...orderRuleErrors(input), ...this.#orderNameErrors(input)];
      const legs = input.lines.flatMap((line) =>
        (['out', 'in'] as const).map((side) => ({
          key: orderKey(input, side, line[side]),
          delta: line[side].quantity * (side === 'out' ? -1 : 1),
        })),
      );
      const userErrors = faults.length > 0 ? faults : this.#shortages(legs);
      if (userErrors.length > 0) {
        return { refused: true, answer: { ...nothing, userErrors, replayed: false, ledgerSequence: before } };
      }
      return { refused: false, answer: this.#place(originId, input.type, legs, null, dryRun) };
    });
  }

  reverse(originId: string, input: AdjustmentOrderReverseInput): ModelAnswer {
    const { orderNo, idempotencyKey, note, dryRun } = input;
    const nothing = { orderNo: null, changes: [] };
    return this.#once(originId, { idempotencyKey }, ['reverse', orderNo, note], dryRun, nothing, () => {
      const order = this.state.orders.get(orderNo);
      const legs = pairs(order?.legs ?? []).flatMap(([out, into]) => [
        { key: into.key, delta: -into.delta },
        { key: out.key, delta: -out.delta },
      ]);
      const refusal = this.#reversalErrors(order, legs);
      if (refusal.length > 0) {
        const answer = { ...nothing, userErrors: refusal, replayed: false, ledgerSequence: this.sequence };
        return { refused: true, answer };
      }
      return { refused: false, answer: this.#place(originId, 'REVERSAL', legs, orderNo, dryRun) };
    });
  }

  #reversalErrors(order: ModelOrder | undefined, legs: readonly Leg[]): ModelError[] {
    if (!order) return [{ code: 'NOT_FOUND', field: 'orderNo' }];
    if (order.status === 'REVERSED') return [{ code: 'ALREADY_REVERSED', field: 'orderNo' }];
    return this.#shortages(legs).map((error) => ({ ...error, field: 'orderNo' }));
  }

  #place(
    originId: string,
    reason: MovementReason,
    legs: readonly Leg[],
    reverses: string | null,
    dryRun: boolean,
  ): ModelAnswer {
    const before = this.sequence;
    const orderNo = `WT${String(this.state.nextOrderNumber++).padStart(12, '0')}`;
    const movement = this.#post({ reason, originId, saidMs: null, legs });
    const { sequence } = movement;
    this.state.orders.set(orderNo, { orderNo, status: 'COMPLETED', reverses, reversedBy: null, sequence, legs });
    const reversed = reverses === null ? undefined : this.state.orders.get(reverses);
    if (reversed) this.state.orders.set(reversed.orderNo, { ...reversed, status: 'REVERSED', reversedBy: orderNo });
    return {
      orderNo: dryRun ? null : (reverses ?? orderNo),
      changes: changesOf(movement),
      userErrors: [],
      replayed: false,
      ledgerSequence: dryRun ? before : sequence,
    };
  }

  #orderNameErrors(input: AdjustmentOrderInput): ModelError[] {
    return [
      ...this.#locationError(input.location, ''),
      ...input.lines.flatMap((line, index) => [
        ...this.#itemError(line.out.item, `lines.${index}.out.`),
        ...this.#itemError(line.in.item, `lines.${index}.in.`),
        ...(input.type === 'UNPACK' ? this.#factorErrors(line, `lines.${index}.`) : []),
      ]),
    ];
  }

  #factorErrors({ out, in: into }: AdjustmentOrderInput['lines'][number], field: string): ModelError[] {
    if (!this.state.skus.has(skuOf(out.item))) return [];
    const factor = out.standardPartsQuantity ?? this.unitsPerPackage[skuOf(out.item)] ?? null;
    if (factor === null) return [{ code: 'UNPACK_FACTOR_REQUIRED', field: `${field}out.standardPartsQuantity` }];
    if (Math.min(out.quantity, into.quantity, factor) <= 0 || into.quantity === out.quantity * factor) return [];
    return [{ code: 'QUANTITY_MISMATCH', field: `${field}in.quantity`, requested: into.quantity }];
  }

  /** Out legs that need more stock than the lines before leave. */
  #shortages(legs: readonly Leg[]): ModelError[] {
    const taken = new Map<string, number>();
    return pairs(legs).flatMap(([{ key, delta }], index): ModelError[] => {
      const name = nameOfKey(key);
      const current = this.quantity(key) - (taken.get(name) ?? 0);
      if (current + delta < 0) {
        return [{ code: 'INSUFFICIENT_STOCK', field: `lines.${index}.out.quantity`, current, requested: -delta }];
      }
      taken.set(name, (taken.get(name) ?? 0) - delta);
      return [];
    });
  }

  // Inventory records

  record(originId: string, given: InventoryRecordInput): ModelAnswer {
    const input = tidy(given);
    const { idempotencyKey, externalId: _, dryRun, staleIsError, lagSeconds, ...content } = input;
    const nothing = { record: null, created: false, countStatus: null };
    return this.#once(originId, { idempotencyKey }, ['record', content], dryRun, nothing, () => {
      const before = this.sequence;
      const row = {
        key: { item: input.item, location: input.location, dimensions: DEFAULT_DIMENSIONS },
        quantity: input.quantity ?? 0,
        changeFromQuantity: null,
        ...this.#timed({ asOfMs: input.asOfMs }, lagSeconds),
        sourceSequence: null,
        tellsApart: new Set<TrackableDimension>(),
        stated: {},
      };
      const policy = { staleIsError };
      const verdict = this.#judge(originId, row, policy, '');
      const isNamed = verdict.key !== null;
      const userErrors = (isNamed && input.quantity === null ? [] : verdict.errors).map((error) => {
        return { ...error, field: error.field.replace(/^\./, '') || 'quantity' };
      });
      if (userErrors.length > 0) {
        return { refused: true, answer: { ...nothing, userErrors, replayed: false, ledgerSequence: before } };
      }
      if (input.quantity !== null) {
        this.#postCounts(originId, setWith(input, row, policy), [verdict]);
      }
      const place = `${skuOf(input.item)} ${codeOf(input.location)}`;
      const known = this.state.records.get(place);
      const countStatus = input.quantity === null ? null : verdict.status;
      const isOlder = known !== undefined && countStatus === 'STALE_IGNORED';
      const said = Object.fromEntries(Object.entries(input.terms).filter(([, value]) => value !== undefined));
      const record = isOlder ? known : { ...known, ...said };
      this.state.records.set(place, record);
      const ledgerSequence = dryRun ? before : this.sequence;
      const answer = { record, created: !known, countStatus, userErrors: [], replayed: false, ledgerSequence };
      return { refused: false, answer };
    });
  }
}

/** A merge by skus. */
export interface ModelMerge {
  readonly idempotencyKey: string;
  readonly from: string;
  readonly into: string;
  readonly dryRun: boolean;
}

interface ModelVerdict {
  readonly key: ModelKey | null;
  readonly previous: number | null;
  readonly target: number;
  readonly status: CountStatus;
  readonly errors: readonly ModelError[];
}

/** The input with its names as they are kept: without outer white space. No other text of the histories has any. */
function tidy<Value>(value: Value): Value {
  if (typeof value === 'string') return value.trim() as Value;
  if (Array.isArray(value)) return value.map(tidy) as Value;
  if (value === null || typeof value !== 'object' || value instanceof Set) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, tidy(member as unknown)])) as Value;
}

const skuOf = (item: ItemReference): string => (item.by === 'SKU' ? item.sku : item.value);
const codeOf = (location: LocationReference): string => (location.by === 'CODE' ? location.code : location.id);

/** Of the reasons and buckets in the histories: those that move units one way only, in every bucket. */
const contradicts = (reason: MovementReason, delta: number): boolean =>
  (['SHIPMENT', 'LOSS'].includes(reason) && delta > 0) || (['RECEIPT', 'OPENING'].includes(reason) && delta < 0);

/** Whether a transfer does not add up to zero for each item and packaging. */
function isUneven(reason: MovementReason | undefined, legs: readonly { key: Named; delta: number }[]): boolean {
  const sums: Record<string, number> = {};
  for (const { key, delta } of legs) {
    const unit = `${skuOf(key.item)} ${key.dimensions.packaging}`;
    sums[unit] = (sums[unit] ?? 0) + delta;
  }
  return reason === 'TRANSFER' && Object.values(sums).some((sum) => sum !== 0);
}

interface Named {
  readonly item: ItemReference;
  readonly location: LocationReference;
  readonly dimensions: StockDimensions;
}

const changesOf = ({ entries }: ModelMovement) =>
  entries.map(({ key, delta, quantityAfter }) => ({ key, delta, quantityAfter }));

function pairs(legs: readonly Leg[]): [Leg, Leg][] {
  return legs.flatMap((leg, index) => (index % 2 === 0 ? [[leg, legs[index + 1] as Leg] as [Leg, Leg]] : []));
}

/** The count of a record, as a stockSet of one row. */
function setWith(
  { idempotencyKey, externalId, dryRun }: InventoryRecordInput,
  row: StockSetInput['rows'][number],
  policy: StockSetInput['policy'],
): StockSetInput {
  const rest = { onRowError: 'REJECT_ALL', reference: null, note: null } as const;
  return { idempotencyKey, externalId, dryRun, rows: [row], policy, ...rest };
}

function orderKey(order: AdjustmentOrderInput, side: 'out' | 'in', info: AdjustmentOrderSide): ModelKey {
  const owner = (side === 'out' ? order.turnOutOwner : order.turnInOwner) ?? '';
  const { packaging, barcode } = info;
  const keeps = order.type === 'OWNER_TRANSFER' || order.organisations;
  const dimensions = { ...DEFAULT_DIMENSIONS, owner: keeps ? owner : '', packaging, barcode };
  return { sku: skuOf(info.item), location: codeOf(order.location), dimensions };
}

/** The rules of each type of order, apart from those about the catalogue and the stock. */
function orderRuleErrors(order: AdjustmentOrderInput): ModelError[] {
  const { type, organisations, turnOutOwner: from, turnInOwner: to } = order;
  const errors: ModelError[] = [];
  const refuse = (code: UserErrorCode, field: string): number => errors.push({ code, field });
  if (type === 'OWNER_TRANSFER' || organisations) {
    if (!from) refuse('OWNERS_REQUIRED', 'turnOutOwner');
    if (!to) refuse('OWNERS_REQUIRED', 'turnInOwner');
    if (from && to && type === 'OWNER_TRANSFER' && from === to) refuse('OWNERS_MUST_DIFFER', 'turnInOwner');
    if (from && to && type !== 'OWNER_TRANSFER' && from !== to) refuse('OWNERS_MUST_MATCH', 'turnInOwner');
  }
  order.lines.forEach(({ out, in: into }, index) => {
    const line = `lines.${index}`;
    if (out.quantity <= 0) refuse('INVALID_QUANTITY', `${line}.out.quantity`);
    if (into.quantity <= 0) refuse('INVALID_QUANTITY', `${line}.in.quantity`);
    if (type === 'UNPACK') {
      const isPackage = out.packaging !== 'SINGLE' && out.packaging === order.lines[0]?.out.packaging;
      if (!isPackage) refuse('PACKAGING_MISMATCH', `${line}.out.packaging`);
      if (into.packaging !== 'SINGLE') refuse('PACKAGING_MISMATCH', `${line}.in.packaging`);
    } else {
      if (skuOf(out.item) !== skuOf(into.item)) refuse('SKU_MISMATCH', `${line}.in.sku`);
      if (out.packaging !== into.packaging) refuse('PACKAGING_MISMATCH', `${line}.in.packaging`);
      if (out.quantity !== into.quantity) refuse('QUANTITY_MISMATCH', `${line}.in.quantity`);
      if (out.standardPartsQuantity !== into.standardPartsQuantity) {
        refuse('QUANTITY_MISMATCH', `${line}.in.standardPartsQuantity`);
      }
    }
    const isSameBarcode = out.barcode === into.barcode;
    if (type === 'BARCODE_CHANGE' && isSameBarcode) refuse('NOTHING_CHANGES', `${line}.in.barcode`);
    if (type !== 'BARCODE_CHANGE' && !isSameBarcode) refuse('BARCODE_MISMATCH', `${line}.in.barcode`);
  });
  return errors;
}
