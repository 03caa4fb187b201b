import type { Connection } from '../../application/ports/connections';
import type { WhenItemUnknown } from '../../domain/catalogue/catalogue';
import type { TrackableDimension } from '../../domain/ledger/stock-key';
import type { AddressList } from '../../application/address-list';
import { ConnectionReader } from '../shared/connection-reader';
import { WINIT_DIMENSIONS, WINIT_ORDER_SETTINGS } from '../shared/winit-connection';
import { ENVELOPES, envelopeSecretFault, type EnvelopeName } from './envelope';

const ENVELOPE_NAMES = Object.keys(ENVELOPES) as readonly EnvelopeName[];

/** A Winit connection, ready to receive events. */
export interface WinitSettings {
  /** Setting `customerCode`: the customer whose rows are accepted. */
  readonly customerCode: string;
  /** Setting `envelope`: `plain` (default) or `aes-256-gcm`, which takes the secret `envelopeSecret`. */
  readonly envelope: EnvelopeName;
  /** The present one first, then the one before during a rotation. Empty where the envelope takes none. */
  readonly envelopeSecrets: readonly string[];
  /** Setting `ipAllowList`; null where any address may call. */
  readonly allowedAddresses: AddressList | null;
  /** Setting `failureStatus`: the status that `fail` is sent with, 500 (default) or 200. */
  readonly failureStatus: 500 | 200;
  /** Setting `unknownItems`: `createOnReceipt` (default), `create` or `quarantine`. */
  readonly whenItemUnknown: WhenItemUnknown;
  /** Setting `unknownLocations`: `quarantine` (default) or `create`. */
  readonly whenLocationUnknown: 'CREATE' | 'REFUSE';
  /** Setting `tracks`: all dimensions by default. */
  readonly tracked: ReadonlySet<TrackableDimension>;
}

/**
 * Reads the settings that events need. Those of the orders are only known by name; any other is refused as unknown.
 *
 * @throws {ConnectionSettingsError} where the operator has to fix something
 */
export function winitSettings(connection: Connection): WinitSettings {
  const reader = new ConnectionReader(connection);
  reader.readElsewhere(WINIT_ORDER_SETTINGS);
  const envelope = reader.choice('envelope', ENVELOPE_NAMES, 'plain');
  const settings: WinitSettings = {
    customerCode: reader.name('customerCode'),
    envelope,
    envelopeSecrets: envelope === 'plain' ? [] : envelopeSecretsOf(reader),
    allowedAddresses: reader.allowedAddresses(),
    failureStatus: reader.choice('failureStatus', [500, 200], 500),
    whenItemUnknown: reader.unknownItems('quarantine'),
    whenLocationUnknown: reader.unknownLocations('quarantine'),
    tracked: reader.subset('tracks', WINIT_DIMENSIONS),
  };
  reader.end();
  return settings;
}

function envelopeSecretsOf(reader: ConnectionReader): readonly string[] {
  const secrets = reader.secrets('envelopeSecret');
  const fault = secrets.map(envelopeSecretFault).find((found) => found !== undefined);
  return fault === undefined ? secrets : reader.fail(fault, 'secrets');
}
