import type { Connection } from '../../application/ports/connections';
import type { WhenItemUnknown } from '../../domain/catalogue/catalogue';
import { ConnectionReader } from '../shared/connection-reader';

/** A Comestri connection, ready to be called. */
export interface ComestriSettings {
  /** Setting `unknownItems`: `fail` (default), `createOnReceipt` or `create`. */
  readonly whenItemUnknown: WhenItemUnknown;
  /** Setting `unknownLocations`: `fail` (default) or `create`. */
  readonly whenLocationUnknown: 'CREATE' | 'REFUSE';
  /** Setting `readOnly` (default false): its token may list and show, and nothing else. */
  readonly readOnly: boolean;
  /** Settings `countWithoutAsOf` and `lagSeconds`: what a quantity without a time is taken to be. */
  readonly countWithoutAsOf: { readonly lagSeconds?: number };
}

/** @throws {ConnectionSettingsError} where the operator has to fix something */
export function comestriSettings(connection: Connection): ComestriSettings {
  const reader = new ConnectionReader(connection);
  const settings: ComestriSettings = {
    whenItemUnknown: reader.unknownItems('fail'),
    whenLocationUnknown: reader.unknownLocations('fail'),
    readOnly: reader.flag('readOnly', false),
    countWithoutAsOf: reader.countWithoutAsOf(),
  };
  reader.end();
  return settings;
}
