import type { Principal } from '../../application/ports/access';
import type { AdjustStock } from '../../application/commands/adjust-stock';
import type { AdjustmentOrders } from '../../application/commands/adjustment-orders';
import type { FindAvailability } from '../../application/queries/find-availability';
import type { Reads } from '../../application/ports/reads';
import type { ReplayMessage } from '../../application/commands/replay-message';
import type { SaveCatalogue } from '../../application/commands/save-catalogue';
import type { SaveInventoryRecord } from '../../application/commands/save-inventory-record';
import type { SetStock } from '../../application/commands/set-stock';
import { createLoaders, type Loaders } from './loaders';

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

/** One request. */
export interface Context {
  readonly principal: Principal;
  readonly requestId: string;
  readonly services: GraphqlServices;
  readonly tenantId: string;
  readonly reads: Reads;
  /** What nested fields are read with: each kind of thing in one statement, however many of it are asked for. */
  readonly loaders: Loaders;
  /** After a mutation: what was read before it may have changed. */
  forgetLoaded(): void;
}

/** Apollo Server copies it property by property, so it has no private fields of JavaScript's kind. */
export class RequestContext implements Context {
  private loadersOfRequest: Loaders | undefined;

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

  get loaders(): Loaders {
    return (this.loadersOfRequest ??= createLoaders(this.reads, this.tenantId));
  }

  forgetLoaded(): void {
    this.loadersOfRequest = undefined;
  }
}
