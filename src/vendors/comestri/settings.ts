import type { Connection } from '../../application/ports/connections';
import { ConnectionReader } from '../shared/connection-reader';

/** A Comestri connection, ready to be called. */
export interface ComestriSettings {
  /** Setting `unknownItems`: `fail` (default) or `create`. */
  readonly whenItemUnknown: 'CREATE' | 'REFUSE';
  /** Setting `readOnly` (default false): its token may list and show, and nothing else. */
  readonly readOnly: boolean;
}

/** @throws {ConnectionSettingsError} where the operator has to fix something */
export function comestriSettings(connection: Connection): ComestriSettings {
  const reader = new ConnectionReader(connection);
  const unknownItems = reader.choice('unknownItems', ['fail', 'create'], 'fail');
  const settings: ComestriSettings = {
    whenItemUnknown: unknownItems === 'create' ? 'CREATE' : 'REFUSE',
    readOnly: reader.flag('readOnly', false),
  };
  reader.end();
  return settings;
}
