import type { DecodedRow } from '../../domain/plans/delivery';
import {
  isJsonArray,
  isJsonObject,
  StrictJsonError,
  type JsonArray,
  type JsonObject,
  type ParsedJson,
} from '../../json/strict-json';
import { MAX_PUSH_ROWS } from '../../domain/validation';
import { received } from '../shared/received';
import { decodeRows } from '../shared/rows';
import { decodeCount, decodeFact, type DecodedCount } from './decode';
import type { StandardSettings } from './settings';
import { MESSAGE_TYPES, type MessageType } from './wire';

/** What a message holds. */
export type StandardMessage =
  | { readonly type: 'stock.facts'; readonly rows: readonly DecodedRow[] }
  | { readonly type: 'stock.counts'; readonly rows: readonly CountOfMessage[] };

/** A row of counts, and where it is in the message. */
export type CountOfMessage = DecodedCount & { readonly index: number; readonly text: string };

/** Decodes a verified message step by step, or says why the whole message is refused; the sentence can quote it. */
export function* readMessage(
  message: ParsedJson | StrictJsonError,
  settings: StandardSettings,
): Generator<undefined, StandardMessage | { refused: string }> {
  if (message instanceof StrictJsonError) return { refused: `The body is not JSON: ${message.message}.` };
  const { value } = message;
  return isJsonObject(value) ? yield* open(message, value, settings) : { refused: 'The body is not an object.' };
}

function* open(
  parsed: ParsedJson,
  envelope: JsonObject,
  settings: StandardSettings,
): Generator<undefined, StandardMessage | { refused: string }> {
  const type = MESSAGE_TYPES.find((candidate) => candidate === envelope['type']);
  if (type === undefined) {
    return { refused: `type has to be one of ${MESSAGE_TYPES.join(', ')}${received(envelope['type'])}.` };
  }
  const { data } = envelope;
  const rows = isJsonObject(data) ? data['rows'] : undefined;
  if (!isJsonArray(rows)) {
    return { refused: `data has to be an object, and its member rows an array${received(rows ?? data)}.` };
  }
  if (rows.length > MAX_PUSH_ROWS)
    return { refused: `data.rows has ${rows.length} rows; at most ${MAX_PUSH_ROWS} are taken.` };
  return yield* decodeAll(type, parsed, rows, settings);
}

function* decodeAll(
  type: MessageType,
  parsed: ParsedJson,
  rows: JsonArray,
  settings: StandardSettings,
): Generator<undefined, StandardMessage> {
  switch (type) {
    case 'stock.facts':
      return { type, rows: yield* decodeRows(parsed, rows, decodeFact, settings) };
    case 'stock.counts':
      return { type, rows: yield* decodeRows(parsed, rows, decodeCount, settings) };
  }
}
