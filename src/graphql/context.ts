import type { Actor, ApiKeys, Principal } from '../application/ports/access';
import type { Granted } from '../application/grants';
import type { AdministerConnections } from '../application/commands/administer-connections';
import type { AdjustStock } from '../application/commands/adjust-stock';
import type { AdjustmentOrders } from '../application/commands/adjustment-orders';
import type { ConnectionKinds } from '../application/ports/connection-kinds';
import type { FindAvailability } from '../application/queries/find-availability';
import type { HeadSigner } from '../application/ports/heads';
import type { DiscrepancyNotes } from '../application/ports/discrepancy-notes';
import type { TrustedDocuments } from '../application/ports/documents';
import type { OpenReads, Reads, RequestReads } from '../application/ports/reads';
import type { Workplace } from '../application/commands/quarantine';
import type { ReplayMessage } from '../application/commands/replay-message';
import type { Reservations } from '../application/commands/reservations';
import type { SaveCatalogue } from '../application/commands/save-catalogue';
import type { SaveInventoryRecord } from '../application/commands/save-inventory-record';
import type { SetStock } from '../application/commands/set-stock';
import type { CheckDocument } from '../application/commands/trust-documents';
import type { Upkeep } from '../application/commands/upkeep';
import type { Spending } from './limits/spending';

/** The use cases and reads that resolvers call. */
export interface GraphqlServices {
  readonly openReads: OpenReads;
  readonly adjustStock: AdjustStock;
  readonly setStock: SetStock;
  readonly adjustmentOrders: AdjustmentOrders;
  readonly reservations: Reservations;
  readonly saveInventoryRecord: SaveInventoryRecord;
  readonly findAvailability: FindAvailability;
  readonly saveCatalogue: SaveCatalogue;
  readonly upkeep: Upkeep;
  readonly replayMessage: ReplayMessage;
  readonly workplace: Workplace;
  /** API keys, with changes kept as the actor's, who gives none more than its own. */
  readonly apiKeysAs: (actor: Actor, own: Granted) => ApiKeys;
  /** Creates and changes connections, as the actor. */
  readonly administerConnectionsAs: (actor: Actor) => AdministerConnections;
  readonly connectionKinds: ConnectionKinds;
  /** Trusted documents, with changes kept as the actor's. */
  readonly trustedDocumentsAs: (actor: Actor) => TrustedDocuments;
  /** The notes of discrepancies, with changes kept as the actor's. */
  readonly discrepancyNotesAs: (actor: Actor) => DiscrepancyNotes;
  readonly headSigner: HeadSigner;
  /** Checks a document as one that a client sends. */
  readonly checkDocument: CheckDocument;
}

/** Creates the loaders of one noun for one request. */
export type LoadersOfNoun<Loaders> = (reads: Reads, tenantId: string) => Loaders;

/** What a resolver knows of the request that it serves. */
export interface Context {
  readonly principal: Principal;
  readonly requestId: string;
  /** Where the request came from. */
  readonly address: string;
  /** The gateway's own address as the client wrote it, such as `https://stock.example`. */
  readonly baseUrl: string;
  readonly services: GraphqlServices;
  /** What the request takes of the rate of its key. */
  readonly spending: Spending;
  readonly tenantId: string;
  /** Within the budget of the request, and the limits of its key. */
  readonly reads: Reads;
  /**
   * A noun's loaders. They batch the reads of nested fields, so that each kind of thing takes one statement. Each request
   * has its own, so that it never shows anything older than itself.
   */
  loadersOf<Loaders>(noun: LoadersOfNoun<Loaders>): Loaders;
  /** Drops everything loaded so far, because a mutation may have changed it. Later reads show a later moment. */
  forgetLoaded(): void;
}

/**
 * Apollo Server copies the context property by property. So there are no `#private` fields, which would be lost, and what
 * has a state is an object of its own, which the copy shares.
 */
export class RequestContext implements Context {
  private readonly loadersByNoun = new Map<unknown, unknown>();
  private readonly opened: { reads?: RequestReads } = {};

  constructor(
    readonly principal: Principal,
    readonly requestId: string,
    readonly services: GraphqlServices,
    readonly address: string,
    readonly baseUrl: string,
    readonly spending: Spending,
  ) {}

  get tenantId(): string {
    return this.principal.tenantId;
  }

  get reads(): Reads {
    return this.requestReads.reads;
  }

  private get requestReads(): RequestReads {
    return (this.opened.reads ??= this.services.openReads(this.spending.budget, this.principal.limits));
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
    this.opened.reads?.endMoment();
  }

  /** Says that the request needs one statement, as it did before. */
  expectOneRead(): void {
    this.requestReads.expectOne();
  }

  /** How many statements the request has asked for. */
  get asked(): number {
    return this.opened.reads?.asked ?? 0;
  }

  /** Forgets everything, for another run of a query that has needed more than one statement. */
  startOver(): void {
    this.loadersByNoun.clear();
    this.opened.reads?.startOver();
  }

  /** Gives back what the reads have taken. */
  close(): void {
    this.opened.reads?.close();
  }
}
