import type { Connection } from '../../application/ports/connections';
import type { TrackableDimension } from '../../domain/ledger/stock-key';
import { ConnectionReader } from '../shared/connection-reader';
import { zoneOf } from './time';
import { WINIT_DIMENSIONS, WINIT_EVENT_SETTINGS } from '../shared/winit-connection';

/** The zone of timestamps, which name none. */
const DEFAULT_TIME_ZONE = 'Asia/Shanghai';
const DEFAULT_TOLERANCE_SECONDS = 300;
const LONGEST_TOLERANCE_SECONDS = 24 * 60 * 60;

/** A Winit connection, ready to take orders. */
export interface WinitOrderSettings {
  /** Secrets `clientId` and `clientSecret`, each with the one before during a rotation; null where there are none. */
  readonly client: { readonly ids: readonly string[]; readonly secrets: readonly string[] } | null;
  /** Setting `requireClientSign` (default false): whether a call without client_id and client_sign is refused. */
  readonly requireClientSign: boolean;
  /** Setting `timeZone` (default Asia/Shanghai): of the timestamps, which name none. */
  readonly timeZone: { readonly name: string; readonly zone: Intl.DateTimeFormat };
  /** Setting `timestampToleranceSeconds` (default 300): how far off a timestamp may be; null: any, for replays of old calls. */
  readonly toleranceSeconds: number | null;
  /** Setting `inventoryOrganisations` (default false): whether stock is kept by inventory organisation. */
  readonly organisations: boolean;
  /** Setting `tracks`, shared with the events. */
  readonly tracked: ReadonlySet<TrackableDimension>;
}

/**
 * Reads the settings that orders need. Those of the events are only known by name.
 *
 * @throws {ConnectionSettingsError} where the operator has to fix something
 */
export function winitOrderSettings(connection: Connection): WinitOrderSettings {
  const reader = new ConnectionReader(connection);
  reader.readElsewhere(WINIT_EVENT_SETTINGS);
  const client = clientOf(reader);
  const settings: WinitOrderSettings = {
    client,
    requireClientSign: reader.flag('requireClientSign', false),
    timeZone: timeZoneOf(reader),
    toleranceSeconds: reader.wholeNumberOrNull(
      'timestampToleranceSeconds',
      1,
      LONGEST_TOLERANCE_SECONDS,
      DEFAULT_TOLERANCE_SECONDS,
    ),
    organisations: reader.flag('inventoryOrganisations', false),
    tracked: reader.subset('tracks', WINIT_DIMENSIONS),
  };
  if (settings.requireClientSign && client === null) {
    reader.fail('setting requireClientSign needs the secrets clientId and clientSecret');
  }
  reader.end();
  return settings;
}

function clientOf(reader: ConnectionReader): WinitOrderSettings['client'] {
  const ids = reader.optionalSecrets('clientId');
  const secrets = reader.optionalSecrets('clientSecret');
  if (ids.length === 0 && secrets.length === 0) return null;
  if (ids.length > 0 && secrets.length > 0) return { ids, secrets };
  return reader.fail('secrets clientId and clientSecret have to be given together', 'secrets');
}

function timeZoneOf(reader: ConnectionReader): WinitOrderSettings['timeZone'] {
  const name = reader.optionalText('timeZone') ?? DEFAULT_TIME_ZONE;
  const zone = zoneOf(name);
  return zone ? { name, zone } : reader.fail(`setting timeZone: ${JSON.stringify(name.slice(0, 40))} is no time zone`);
}
