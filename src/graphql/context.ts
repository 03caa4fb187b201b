import type { Principal } from '../application/ports/access';
import type { AdjustStock } from '../application/commands/adjust-stock';
import type { AdjustmentOrders } from '../application/commands/adjustment-orders';
import type { FindAvailability } from '../application/queries/find-availability';
import type { Reads } from '../application/ports/reads';
import type { ReplayMessage } from '../application/commands/replay-message';
import type { SaveCatalogue } from '../application/commands/save-catalogue';
import type { SaveInventoryRecord } from '../application/commands/save-inventory-record';
import type { SetStock } from '../application/commands/set-stock';

/** What the resolvers work with. */
export interface GraphqlServices {
  readonly reads: Reads;
  readonly adjustStock: AdjustStock;
  readonly setStock: SetStock;
  readonly adjustmentOrders: AdjustmentOrders;
  readonly saveInventoryRecord: SaveInventoryRecord;
  readonly findAvailability: FindAvailability;
  readonly saveCatalogue: SaveCatalogue;
  readonly replayMessage: ReplayMessage;
}

/** Creates the loaders of one noun for one request. */
export type LoadersOfNoun<Loaders> = (reads: Reads, tenantId: string) => Loaders;

/** One request. */
export interface Context {
  readonly principal: Principal;
  readonly requestId: string;
  readonly services: GraphqlServices;
  readonly tenantId: string;
  readonly reads: Reads;
  /**
   * A noun's loaders, which nested fields are read with: one statement for all that is asked for at once. Each request has
   * its own, so that nothing is shown that is older than the request.
   */
  loadersOf<Loaders>(noun: LoadersOfNoun<Loaders>): Loaders;
  /** Drops what was read, since a mutation may have changed it. */
  forgetLoaded(): void;
}

/** Apollo Server copies it property by property, so it has no private fields of JavaScript's kind. */
export class RequestContext implements Context {
  private readonly loadersByNoun = new Map<unknown, unknown>();

  constructor(
    readonly principal: Principal,
    readonly requestId: string,
    readonly services: GraphqlServices,
  ) {}

  get tenantId(): string {
    return this.principal.tenantId;
  }

  get reads(): Reads {
    return this.services.reads;
  }

  loadersOf<Loaders>(noun: LoadersOfNoun<Loaders>): Loaders {
    const known = this.loadersByNoun.get(noun) as Loaders | undefined;
    if (known !== undefined) return known;
    const created = noun(this.reads, this.tenantId);
    this.loadersByNoun.set(noun, created);
    return created;
  }

  forgetLoaded(): void {
    this.loadersByNoun.clear();
  }
}
