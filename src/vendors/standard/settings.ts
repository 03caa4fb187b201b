import type { Connection } from '../../application/ports/connections';
import type { WhenItemUnknown } from '../../domain/catalogue/catalogue';
import { TRACKABLE_DIMENSIONS, type TrackableDimension } from '../../domain/ledger/stock-key';
import { ConnectionReader } from '../shared/connection-reader';
import { signingKey, type SigningKeys } from './signature';

/** A connection of our own format, ready to take messages. */
export interface StandardSettings {
  /** Secret `secret`, and the one before during a rotation; without a rotation, `previousSecret` where it was given. */
  readonly keys: SigningKeys;
  /** Where a row's stock is that names no location; null where each has to. */
  readonly locationCode: string | null;
  /** Setting `unknownItems`: `createOnReceipt` (default), `create` or `quarantine`. Of items named by an identifier. */
  readonly whenItemUnknown: WhenItemUnknown;
  /** Setting `unknownLocations`: `quarantine` (default) or `create`. */
  readonly whenLocationUnknown: 'CREATE' | 'REFUSE';
  /** Setting `tracks`: all dimensions by default. */
  readonly tracked: ReadonlySet<TrackableDimension>;
}

/** @throws {ConnectionSettingsError} where the operator has to fix something */
export function standardSettings(connection: Connection): StandardSettings {
  const reader = new ConnectionReader(connection);
  const settings: StandardSettings = {
    keys: keysOf(reader),
    locationCode: reader.optionalLocation(),
    whenItemUnknown: reader.unknownItems('quarantine'),
    whenLocationUnknown: reader.unknownLocations('quarantine'),
    tracked: reader.subset('tracks', TRACKABLE_DIMENSIONS),
  };
  reader.end();
  return settings;
}

function keysOf(reader: ConnectionReader): SigningKeys {
  const [present, before] = reader.secrets('secret').map((secret) => keyOf(reader, 'secret', secret));
  const [given] = reader.optionalSecrets('previousSecret').map((secret) => keyOf(reader, 'previousSecret', secret));
  return { present: present ?? reader.fail('secret secret is missing', 'secrets'), previous: before ?? given ?? null };
}

function keyOf(reader: ConnectionReader, name: string, secret: string): Buffer {
  const reading = signingKey(secret);
  return 'key' in reading ? reading.key : reader.fail(`secret ${name} ${reading.fault}`, 'secrets');
}
