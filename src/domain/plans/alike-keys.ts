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
  /** By the dimensions that are told apart, and by their values; created when first needed. */
  #groups: Map<string, Map<string, Kept[]>> | undefined;

  constructor(kept: readonly Kept[]) {
    this.#withStock = kept.filter(({ quantity }) => quantity !== 0);
  }

  /** Whether any of them has stock, but for the one that `isOwn`. */
  hasOthers(isOwn: (one: Kept) => boolean): boolean {
    const [first, second] = this.#withStock;
    return second !== undefined || (first !== undefined && !isOwn(first));
  }

  /** Those with stock which differ from the key at most in dimensions that are not told apart. */
  alike(key: StockKey, tellsApart: ReadonlySet<TrackableDimension>): readonly Kept[] {
    const told = TRACKABLE_DIMENSIONS.filter((name) => tellsApart.has(name));
    return this.#groupsBy(told).get(valuesOf(key, told)) ?? [];
  }

  #groupsBy(told: readonly TrackableDimension[]): Map<string, Kept[]> {
    this.#groups ??= new Map();
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
    const levels = this.#levelsBeside(key);
    // Most levels have none beside them.
    if (!levels.hasOthers((one) => one.id === id)) return null;
    const about = [id, ...tellsApart].join('\n');
    const known = this.#told.get(about);
    if (known !== undefined) return known;
    const told = tell(levels.alike(key, tellsApart).filter((sibling) => sibling.id !== id));
    this.#told.set(about, told);
    return told;
  }

  #levelsBeside(key: StockKey): AlikeKeys<Level> {
    const place = placeOf(key);
    const known = this.#places.get(place);
    if (known) return known;
    const levels = new AlikeKeys(this.work.levelsAt(key, key.bucket));
    this.#places.set(place, levels);
    return levels;
  }
}
