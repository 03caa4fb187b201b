import type { ConnectionKind } from '../connections';
import type { Page, PageRequest } from './page';

/** A connection without its secrets. Instants are ISO 8601 in UTC. */
export interface ConnectionView {
  readonly connectionId: string;
  readonly name: string;
  readonly kind: ConnectionKind;
  /** The location that it is bound to; null: none. */
  readonly locationCode: string | null;
  /** Null also where no location has, or had, that code. */
  readonly locationId: string | null;
  /** A JSON object. */
  readonly settings: string;
  readonly createdAt: string;
  /** Null: it takes messages. */
  readonly disabledAt: string | null;
  /** Until when what was rotated works too; `secret` is null for the token. Those that have ended are left out. */
  readonly overlaps: readonly { readonly secret: string | null; readonly until: string }[];
}

export interface ConnectionReads {
  /** Sort key: id, so in the order in which they were created. */
  connections(tenantId: string, page: PageRequest): Promise<Page<ConnectionView>>;
  /** In any order; unknown ids are left out. */
  connectionsById(tenantId: string, ids: readonly string[]): Promise<readonly ConnectionView[]>;
}
