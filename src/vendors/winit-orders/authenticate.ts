import { provingSecrets, type Connection, type ConnectionDirectory } from '../../application/ports/connections';
import type { JsonObject } from '../../json/strict-json';
import { sameSecret } from '../shared/hashes';
import type { OrderFault } from './codes';
import { winitOrderSettings, type WinitOrderSettings } from './settings';
import { isSignedBy, signedText, textOf, winitSign } from './signature';
import { parseWallClock } from '../../domain/instant';
import { isTimely } from './time';
import { ENVELOPE_WORDS } from './wire';

/** A call that proves to be its connection's. */
export interface AuthenticCall {
  readonly connection: Connection;
  readonly settings: WinitOrderSettings;
  /** The signature in upper case, however it was sent. */
  readonly sign: string;
  /** How the sender was recognised. */
  readonly verdict: string;
}

/** A call that proves to be nobody's, or is refused although it is its connection's. */
export interface RefusedCall {
  readonly refused: OrderFault;
  readonly connection?: Connection;
  /** The only connection with its app_key. Where several have it, the call is shown to none of them. */
  readonly claimed?: Connection | undefined;
}

/**
 * Finds out whose call it is before anything else of it is looked at. Tenants may share an app_key: the token decides.
 *
 * @param mayCall whether the call comes from where this connection allows it
 * @throws {ConnectionSettingsError} where the settings of the connection are wrong
 */
export async function authenticateCall(
  envelope: JsonObject,
  connections: ConnectionDirectory,
  nowMs: number,
  mayCall: (connection: Connection) => boolean,
): Promise<AuthenticCall | RefusedCall> {
  if (textOf(envelope['sign_method']).toLowerCase() !== ENVELOPE_WORDS.signMethod) {
    return { refused: { code: 'SIGN_METHOD_UNSUPPORTED', field: 'sign_method' } };
  }
  const appKey = textOf(envelope['app_key']);
  const candidates = appKey === '' ? [] : await connections.byHandle('winit', appKey);
  // Of an app_key that nobody has the signature is computed too, so that neither the answer nor its time tells which exist.
  const signed = signedText(envelope);
  const signedIt = signedBy(candidates, signed, textOf(envelope['sign']));
  if (!signedIt || !mayCall(signedIt.connection)) {
    const claimed = candidates.length === 1 ? candidates[0] : undefined;
    return { refused: { code: 'SIGN_INVALID', field: 'sign' }, claimed };
  }
  const { connection, token } = signedIt;
  const settings = winitOrderSettings(connection);
  const refused = clientFault(envelope, signed, settings) ?? timestampFault(envelope, settings, nowMs);
  if (refused) return { refused, connection };
  const verdict = namesClient(envelope) ? 'sign, client_sign' : 'sign';
  return { connection, settings, sign: winitSign(signed, token), verdict };
}

/**
 * The one connection by whose token the call is signed; where tenants share the token too, nobody is let in. All are tried, so that
 * the time does not tell which.
 */
function signedBy(
  candidates: readonly Connection[],
  signed: string,
  sent: string,
): { connection: Connection; token: string } | undefined {
  // A connection without a token takes no calls.
  const withToken = candidates.flatMap((connection) =>
    provingSecrets(connection, 'token').map((token) => ({ connection, token })),
  );
  if (withToken.length === 0) isSignedBy(signed, sent, '');
  const matching = withToken.filter(({ token }) => isSignedBy(signed, sent, token));
  return matching.length === 1 ? matching[0] : undefined;
}

const namesClient = (envelope: JsonObject): boolean =>
  textOf(envelope['client_id']) !== '' || textOf(envelope['client_sign']) !== '';

/** client_id and client_sign may be left out where the connection does not ask for them; given, they have to be right. */
function clientFault(
  envelope: JsonObject,
  signed: string,
  { client, requireClientSign }: WinitOrderSettings,
): OrderFault | undefined {
  if (!namesClient(envelope)) {
    return requireClientSign ? { code: 'CLIENT_SIGN_REQUIRED', field: 'client_sign' } : undefined;
  }
  const invalid: OrderFault = { code: 'CLIENT_SIGN_INVALID', field: 'client_sign' };
  if (!client) return invalid;
  // Both are compared whatever the first gives, so that timing does not reveal which is wrong.
  const ids = client.ids.filter((id) => sameSecret(textOf(envelope['client_id']), id));
  const signers = client.secrets.filter((secret) => isSignedBy(signed, textOf(envelope['client_sign']), secret));
  return ids.length > 0 && signers.length > 0 ? undefined : invalid;
}

function timestampFault(
  envelope: JsonObject,
  { timeZone, toleranceSeconds }: WinitOrderSettings,
  nowMs: number,
): OrderFault | undefined {
  const wallMs = parseWallClock(textOf(envelope['timestamp']));
  if (wallMs === undefined || wallMs < 0) return { code: 'TIMESTAMP_INVALID', field: 'timestamp' };
  if (toleranceSeconds === null || isTimely(wallMs, timeZone.zone, nowMs, toleranceSeconds * 1000)) return undefined;
  const details = { seconds: toleranceSeconds, timeZone: timeZone.name };
  return { code: 'TIMESTAMP_OUT_OF_RANGE', field: 'timestamp', details };
}
