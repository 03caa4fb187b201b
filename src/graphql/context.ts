import type { Actor, ApiKeys, Principal } from '../application/ports/access';
import type { AdjustStock } from '../application/commands/adjust-stock';
import type { AdjustmentOrders } from '../application/commands/adjustment-orders';
import type { FindAvailability } from '../application/queries/find-availability';
import { RequestBudget, type OpenReads, type Reads } from '../application/ports/reads';
import type { ReplayMessage } from '../application/commands/replay-message';
import type { SaveCatalogue } from '../application/commands/save-catalogue';
import type { SaveInventoryRecord } from '../application/commands/save-inventory-record';
import type { SetStock } from '../application/commands/set-stock';
import type { Upkeep } from '../application/commands/upkeep';

/** The use cases and reads that resolvers call. */
export interface GraphqlServices {
  readonly openReads: OpenReads;
  readonly adjustStock: AdjustStock;
  readonly setStock: SetStock;
  readonly adjustmentOrders: AdjustmentOrders;
  readonly saveInventoryRecord: SaveInventoryRecord;
  readonly findAvailability: FindAvailability;
  readonly saveCatalogue: SaveCatalogue;
  readonly upkeep: Upkeep;
  readonly replayMessage: ReplayMessage;
  /** API keys, with changes kept as the actor's. */
  readonly apiKeysAs: (actor: Actor) => ApiKeys;
}

/** Creates the loaders of one noun for one request. */
export type LoadersOfNoun<Loaders> = (reads: Reads, tenantId: string) => Loaders;

/** What a resolver knows of the request that it serves. */
export interface Context {
  readonly principal: Principal;
  readonly requestId: string;
  /** Where the request came from. */
  readonly address: string;
  readonly services: GraphqlServices;
  readonly tenantId: string;
  /** Within the budget of the request, and the limits of its key. */
  readonly reads: Reads;
  /**
   * A noun's loaders. They batch the reads of nested fields, so that each kind of thing takes one statement. Each request
   * has its own, so that it never shows anything older than itself.
   */
  loadersOf<Loaders>(noun: LoadersOfNoun<Loaders>): Loaders;
  /** Drops everything loaded so far, because a mutation may have changed it. */
  forgetLoaded(): void;
}

/** Apollo Server copies the context property by property, so `#private` fields would be lost. */
export class RequestContext implements Context {
  private readonly loadersByNoun = new Map<unknown, unknown>();
  private opened: Reads | undefined;

  constructor(
    readonly principal: Principal,
    readonly requestId: string,
    readonly services: GraphqlServices,
    readonly address: string,
  ) {}

  get tenantId(): string {
    return this.principal.tenantId;
  }

  get reads(): Reads {
    return (this.opened ??= this.services.openReads(new RequestBudget(), this.principal.limits));
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
