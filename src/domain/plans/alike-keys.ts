import { itemLocationKey } from '../ledger/asked-reads';
import type { Level } from '../ledger/ledger-state';
import { TRACKABLE_DIMENSIONS, type StockKey, type TrackableDimension } from '../ledger/stock-key';
import type { UnitOfWork } from '../ledger/unit-of-work';

export type KeyAndQuantity = Pick<Level, 'key' | 'quantity'>;

/** Of one item, location and bucket. */
export const placeOf = (key: StockKey): string => `${itemLocationKey(key)}\n${key.bucket}`;

/**
 * Keys of one place, found by what a count tells apart. To look through all of them for each count of a message would take the
 * square of their number, while nothing else runs.
 */
export class AlikeKeys<Kept extends KeyAndQuantity> {
  readonly #withStock: readonly Kept[];
  /** By the dimensions that are told apart, and by their values. */
  readonly #groups = new Map<string, Map<string, Kept[]>>();

  constructor(kept: readonly Kept[]) {
    this.#withStock = kept.filter(({ quantity }) => quantity !== 0);
  }

  /** Those with stock which differ from the key at most in dimensions that are not told apart. */
  alike(key: StockKey, tellsApart: ReadonlySet<TrackableDimension>): readonly Kept[] {
    const told = TRACKABLE_DIMENSIONS.filter((name) => tellsApart.has(name));
    return this.#groupsBy(told).get(valuesOf(key, told)) ?? [];
  }

  #groupsBy(told: readonly TrackableDimension[]): Map<string, Kept[]> {
    const known = this.#groups.get(told.join());
    if (known) return known;
    const groups = new Map<string, Kept[]>();
    for (const one of this.#withStock) {
      const values = valuesOf(one.key, told);
      const group = groups.get(values);
      if (group) group.push(one);
      else groups.set(values, [one]);
    }
    this.#groups.set(told.join(), groups);
    return groups;
  }
}

/** No name has a NUL. */
const valuesOf = (key: StockKey, told: readonly TrackableDimension[]): string =>
  [key.condition, ...told.map((name) => key[name])].join('\0');

/** The levels beside those that a command counts, none of which changes while its rows are judged. */
export class Siblings {
  readonly #places = new Map<string, AlikeKeys<Level>>();
  readonly #told = new Map<string, string | null>();

  constructor(private readonly work: UnitOfWork) {}

  /**
   * What is told of the levels with stock that differ from this one only in dimensions which the count leaves out; null where there
   * are none. It is put into words once for all rows that repeat each other.
   */
  finer(
    { id, key }: Level,
    tellsApart: ReadonlySet<TrackableDimension>,
    tell: (finer: readonly Level[]) => string | null,
  ): string | null {
    // Most levels have none beside them.
    if (!this.work.hasLevelsBeside({ key, levelId: id })) return null;
    const about = [id, ...tellsApart].join('\n');
    const known = this.#told.get(about);
    if (known !== undefined) return known;
    const place = placeOf(key);
    const levels = this.#places.get(place) ?? new AlikeKeys(this.work.levelsAt(key, key.bucket));
    this.#places.set(place, levels);
    const told = tell(levels.alike(key, tellsApart).filter((sibling) => sibling.id !== id));
    this.#told.set(about, told);
    return told;
  }
}
