import type { Connection } from '../../application/ports/connections';
import type { WhenItemUnknown } from '../../domain/catalogue/catalogue';
import type { TrackableDimension } from '../../domain/ledger/stock-key';
import { ConnectionReader } from '../shared/connection-reader';
import { ENCODINGS, SERIALISATIONS, type DigestSecrets, type DigestVariant } from './signature';

/** The dimensions that the format can fill. */
const DIMENSIONS = ['lot'] as const satisfies readonly TrackableDimension[];

/** A Jerry connection, ready to work with. */
export interface JerrySettings {
  /** Setting `serialisation` (default `raw`) and `encoding` (default `hex`). */
  readonly digest: DigestVariant;
  /** The present ones first; during a rotation also every way to combine them with those before. */
  readonly secrets: readonly DigestSecrets[];
  /** Where all of its stock is: the messages name no warehouse. */
  readonly locationCode: string;
  /** Setting `unknownItems`: `createOnReceipt` (default), `create` or `quarantine`. */
  readonly whenItemUnknown: WhenItemUnknown;
  /** Setting `tracks`: `["lot"]` (default) or `[]`. */
  readonly tracked: ReadonlySet<TrackableDimension>;
}

/** @throws {ConnectionSettingsError} where the operator has to fix something */
export function jerrySettings(connection: Connection): JerrySettings {
  const reader = new ConnectionReader(connection);
  const settings: JerrySettings = {
    digest: {
      serialisation: reader.choice('serialisation', SERIALISATIONS, 'raw'),
      encoding: reader.choice('encoding', ENCODINGS, 'hex'),
    },
    secrets: digestSecrets(reader),
    locationCode: reader.location(),
    whenItemUnknown: reader.unknownItems('quarantine'),
    tracked: reader.subset('tracks', DIMENSIONS),
  };
  reader.end();
  return settings;
}

/** A sender that changes one secret after the other has a mixture of them in between. */
function digestSecrets(reader: ConnectionReader): DigestSecrets[] {
  const [userNames, apiPasswords] = [reader.secrets('userName'), reader.secrets('apiPassword')];
  const keys = reader.secrets('key');
  return userNames.flatMap((userName) =>
    apiPasswords.flatMap((apiPassword) => keys.map((key) => ({ userName, apiPassword, key }))),
  );
}
