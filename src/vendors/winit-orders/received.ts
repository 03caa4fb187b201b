import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../json/strict-json';
import type { OrderFault } from './codes';
import { SECRET_MEMBERS } from './wire';

/** Faults with what was sent in their fields, so that the answer shows it. */
export const withReceived = (faults: readonly OrderFault[], envelope: JsonObject): readonly OrderFault[] =>
  faults.map((fault) => {
    const received = fault.field === undefined ? undefined : valueAt(envelope, fault.field);
    return received === undefined ? fault : { ...fault, received };
  });

/** A member of the envelope, or what a path such as `merchandiseList[0].transferOutInfo.quantity` leads to in its data. */
function valueAt(envelope: JsonObject, field: string): JsonValue | undefined {
  if (SECRET_MEMBERS.has(field)) return undefined;
  if (Object.hasOwn(envelope, field)) return envelope[field];
  let value: JsonValue | undefined = envelope['data'];
  for (const part of field.split(/[.[\]]+/).filter((name) => name !== '')) {
    if (isJsonArray(value)) value = value[Number(part)];
    else if (isJsonObject(value) && Object.hasOwn(value, part)) value = value[part];
    else return undefined;
  }
  return value;
}
