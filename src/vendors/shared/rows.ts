import type { Connection } from '../../application/ports/connections';
import type { RowDecoder } from '../../application/commands/replay-message';
import type { Fact, RowFault } from '../../domain/plans/delivery';
import { isJsonObject, parseStrictJson, type JsonArray, type JsonValue, type ParsedJson } from '../../json/strict-json';
import { ConnectionSettingsError } from './connection-reader';
import { received } from './received';
import { readMembers, type Field, type FieldTable, type RowOf } from './fields';

/** What a row says, or why that cannot be used. */
export type RowContent = { readonly fact: Fact } | { readonly fault: RowFault };

/** Decodes one row. It never throws, whatever the row is. */
export type DecodeRow<Settings> = (row: JsonValue, settings: Settings) => RowContent;

/** A row that goes to quarantine. `detail` is one or more sentences for the person who fixes it. */
export function invalidRow(detail: string, externalId?: string): RowContent {
  return { fault: { code: 'ROW_INVALID', detail, ...(externalId === undefined ? {} : { externalId }) } };
}

/** The sender's id in a row that cannot be used, where that much of it can be read. */
export function idIn(field: Field<string | number>, source: JsonValue, name: string): string | undefined {
  const reading = isJsonObject(source) ? field.read(source[name]) : undefined;
  return reading === undefined || 'fault' in reading ? undefined : String(reading.value);
}

/** Reads a row by its table; or says all that is wrong with it: a sentence for each field, with the value received. */
export function readRow<Table extends FieldTable>(
  table: Table,
  source: JsonValue,
): { readonly row: RowOf<Table> } | { readonly detail: string } {
  if (!isJsonObject(source)) {
    return { detail: `the row is not an object${source === null ? '; received null' : received(source)}.` };
  }
  const { row, faults } = readMembers(table, source);
  if (row) return { row };
  const sentences = faults.map(({ name, fault, value }) => `${name} ${fault}${received(value)}.`);
  return { detail: sentences.join(' ') };
}

/** Decodes the elements of an array of a message one after the other, each with its text exactly as received. */
export function* decodeRows<Settings, Content extends object>(
  message: ParsedJson,
  rows: JsonArray,
  decode: (row: JsonValue, settings: Settings) => Content,
  settings: Settings,
): Generator<undefined, ({ readonly index: number; readonly text: string } & Content)[]> {
  const decoded = [];
  for (const [index, row] of rows.entries()) {
    decoded.push({ index, text: message.elementText(rows, index) ?? '', ...decode(row, settings) });
    yield;
  }
  return decoded;
}

/**
 * Creates a vendor's decoder for replays, which reads one row's text by the connection's current settings. When those settings
 * are not usable, the row stays in quarantine and says so.
 */
export function replayDecoder<Settings>(
  settingsOf: (connection: Connection) => Settings,
  decode: DecodeRow<Settings>,
): RowDecoder {
  return (text, index, connection) => {
    try {
      return { index, text, ...decode(parseStrictJson(Buffer.from(text)).value, settingsOf(connection)) };
    } catch (error) {
      if (error instanceof ConnectionSettingsError) return { index, text, ...invalidRow(error.message) };
      throw error;
    }
  };
}
