import type { Connection } from '../../application/ports/connections';
import type { TrackableDimension } from '../../domain/ledger/stock-key';
import type { WhenItemUnknown } from '../../domain/catalogue/catalogue';
import { ConnectionReader } from '../shared/connection-reader';

/** The dimensions that the format can fill. */
const DIMENSIONS = ['pool'] as const satisfies readonly TrackableDimension[];

/** An Increff connection, ready to take calls. Its secret `authPassword` is for credentials.ts alone. */
export interface IncreffSettings {
  /** Setting `authDomainName`; null where the header is not looked at. */
  readonly authDomainName: string | null;
  /** Setting `clientId`: the only one whose rows are taken; null where any are. */
  readonly clientId: number | null;
  /** Setting `fulfillmentLocations`: location codes by the digits of a fulfillmentLocationId. */
  readonly fulfillmentLocations: ReadonlyMap<string, string>;
  /** Setting `unknownItems`: `fail` (default), `createOnReceipt` or `create`. */
  readonly whenItemUnknown: WhenItemUnknown;
  /** Setting `unknownLocations`: `fail` (default) or `create`. */
  readonly whenLocationUnknown: 'CREATE' | 'REFUSE';
  /** Setting `tracks`: `["pool"]` (default) or `[]`. */
  readonly tracked: ReadonlySet<TrackableDimension>;
  /** Settings `countWithoutAsOf` and `lagSeconds`: what a quantity without a time is taken to be. */
  readonly countWithoutAsOf: { readonly lagSeconds?: number };
}

/** @throws {ConnectionSettingsError} where the operator has to fix something */
export function increffSettings(connection: Connection): IncreffSettings {
  const reader = new ConnectionReader(connection);
  // Compared by credentials.ts; looked at here so that a connection without one is noticed when it is made.
  reader.secrets('authPassword');
  const settings: IncreffSettings = {
    authDomainName: reader.optionalText('authDomainName') ?? null,
    clientId: reader.optionalWholeNumber('clientId') ?? null,
    fulfillmentLocations: reader.namesByKey('fulfillmentLocations'),
    whenItemUnknown: reader.unknownItems('fail'),
    whenLocationUnknown: reader.unknownLocations('fail'),
    tracked: reader.subset('tracks', DIMENSIONS),
    countWithoutAsOf: reader.countWithoutAsOf(),
  };
  reader.end();
  return settings;
}
