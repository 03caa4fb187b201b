import type { IncomingHttpHeaders } from 'node:http';
import type { Redactor } from '../../application/secrets/redactor';
import type { ReceivedMessage } from '../../application/commands/receive-delivery';
import { isJsonArray, StrictJsonError, type ParsedJson } from '../../json/strict-json';
import { MAX_PUSH_ROWS } from '../../domain/validation';
import { readCleanBody } from '../shared/clean-body';
import { storable } from '../shared/received-call';
import { decodeRows } from '../shared/rows';
import { decodeInventoryUpdate } from './decode';
import { ENVELOPES } from './envelope';
import type { WinitSettings } from './settings';

/** What a delivery holds. Its body is the decrypted message, which stays readable when the key is gone. */
export type WinitMessage = Pick<ReceivedMessage, 'body' | 'verdict' | 'rows'>;

interface RefusedMessage {
  readonly refused: string;
  /** What is kept of it, where it could be decrypted. */
  readonly stored?: Pick<WinitMessage, 'body' | 'verdict'>;
}

/** Decrypts and decodes a delivery step by step, or says for the log why it is refused, quoting nothing of the body. */
export function* readWinitMessage(
  rawBody: Buffer,
  headers: IncomingHttpHeaders,
  settings: WinitSettings,
  redactor: Redactor,
): Generator<undefined, WinitMessage | RefusedMessage> {
  const bytes = ENVELOPES[settings.envelope](rawBody, headers, settings.envelopeSecrets);
  if (bytes === undefined) return { refused: 'the envelope does not open with the secret of the connection' };
  const address = settings.allowedAddresses === null ? '' : ', address allowed';
  const { text, message } = yield* readCleanBody(bytes, redactor);
  const stored = { body: storable(text), verdict: `path token, ${settings.envelope}${address}` };
  const rows = yield* readRows(message, settings);
  return 'refused' in rows ? { ...rows, stored } : { ...stored, rows };
}

function* readRows(
  message: ParsedJson | StrictJsonError,
  settings: WinitSettings,
): Generator<undefined, WinitMessage['rows'] | { refused: string }> {
  if (message instanceof StrictJsonError) return { refused: `the message is not JSON: ${message.message}` };
  const { value } = message;
  if (!isJsonArray(value)) return { refused: 'the message is not an array of rows' };
  if (value.length > MAX_PUSH_ROWS) return { refused: `${value.length} rows; at most ${MAX_PUSH_ROWS} are taken` };
  return yield* decodeRows(message, value, decodeInventoryUpdate, settings);
}
