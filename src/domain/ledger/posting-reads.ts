import type { ItemName, ItemReference, LocationReference } from '../catalogue/catalogue';
import type { RowPlace } from './inbound-message';
import type { StockDimensions, StockKey } from './stock-key';

/** A stock key by the names that a message or command uses for item and location. */
export interface NamedKey {
  readonly item: ItemReference;
  readonly location: LocationReference;
  readonly dimensions: StockDimensions;
}

/** What a posting's plan will ask for; read under the head lock before the plan runs. */
export interface PostingReads {
  /** External ids of this posting's origin whose outcomes the plan needs. */
  readonly outcomes: readonly string[];
  readonly keys: readonly NamedKey[];
  /** Items and locations that are named outside of `keys`. */
  readonly items?: readonly ItemReference[];
  readonly locations?: readonly LocationReference[];
  /** Levels that are already known by their ids. */
  readonly levels?: readonly StockKey[];
  /** Identifiers of which the plan needs to know whose they are. */
  readonly identifiers?: readonly { readonly scheme: string; readonly value: string }[];
  /**
   * Counts: for these, the sibling levels and the deltas effective after `asOfMs` (null: none) are read as well.
   */
  readonly counts?: readonly { readonly key: NamedKey; readonly asOfMs: number | null }[];
  /** Commands dated by their sender: for these, what the level and its item were at since then is read as well. */
  readonly dated?: readonly { readonly key: NamedKey; readonly occurredAtMs: number }[];
  /** Items of which all levels and inventory records are read. */
  readonly wholeItems?: readonly ItemName[];
  /** Items and locations of which the plan has to know whether they hold stock. */
  readonly holders?: { readonly items?: readonly ItemReference[]; readonly locations?: readonly LocationReference[] };
  /** Inventory records the plan merges into. */
  readonly inventoryRecords?: readonly { readonly item: ItemReference; readonly location: LocationReference }[];
  /** Rows in quarantine of which the plan has to know whether they still wait. */
  readonly waitingRows?: readonly RowPlace[];
  /** Numbers of adjustment orders whose present status the plan needs. */
  readonly orderNumbers?: readonly string[];
  /** Items of which the plan has to know what can be sold: at these locations, or wherever they are (null). */
  readonly saleable?: readonly {
    readonly item: ItemReference;
    readonly locations: readonly LocationReference[] | null;
  }[];
  /**
   * Reservations that the plan changes: they are read with all levels that they hold units of, and with what can be sold of
   * their items where they have lines, and at the posting's `locations`.
   */
  readonly reservations?: readonly string[];
  /** References of documents: the open reservations that have them are read in the same way. */
  readonly references?: readonly string[];
}
