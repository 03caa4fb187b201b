import { In, type EntityManager } from 'typeorm';
import { addressList, MAX_ADDRESSES } from '../../application/address-list';
import { originOf } from '../../application/origins';
import {
  AccessError,
  isPublishable,
  MAX_KEY_CHANNELS,
  MAX_KEY_LOCATIONS,
  MAX_KEY_ORIGINS,
  PUBLISHABLE_SCOPE,
  type ApiKeyDraft,
} from '../../application/ports/access';
import { MAX_TEXT_LENGTH, shown, tidyName } from '../../domain/text';
import { checkName } from '../../domain/validation';
import { FormerLocationCodeEntity } from '../tables/former-location-code';
import { LocationEntity } from '../tables/location';
import { enterTenant } from './enter-tenant';

/** The locations of a draft: by their ids, which stay when a location is renamed, and by their present codes. */
interface DraftLocations {
  readonly ids: string[];
  readonly codes: string[];
}

/** Finds the locations that a key is limited to; null: it is not. Throws AccessError for a code that no location has. */
export async function locationsOfDraft(
  manager: EntityManager,
  { tenantId, locations }: ApiKeyDraft,
): Promise<DraftLocations | null> {
  const asked = checkedList('locations', locations, MAX_KEY_LOCATIONS)?.map(checkedCode);
  if (!asked) return null;
  await enterTenant(manager, tenantId);
  const named = await manager.findBy(LocationEntity, { tenantId, code: In(asked) });
  const former = await manager.findBy(FormerLocationCodeEntity, { tenantId, code: In(asked) });
  const renamedIds = former.map(({ locationId }) => locationId);
  const renamed = await manager.findBy(LocationEntity, { tenantId, locationId: In(renamedIds) });
  const known = new Set([...named, ...former].map(({ code }) => code));
  const unknown = asked.filter((code) => !known.has(code)).map((code) => `"${shown(code)}"`);
  if (unknown.length > 0) {
    const names = unknown.slice(0, MAX_NAMED).join(', ');
    throw new AccessError(`No location has the code ${names}: correct it, or save the location first`, {
      part: 'locations',
    });
  }
  const codes = new Map([...named, ...renamed].map(({ locationId, code }) => [locationId, code]));
  return { ids: [...codes.keys()].sort(), codes: [...codes.values()].sort() };
}

/** Most unknown codes that one refusal names. */
const MAX_NAMED = 5;

function checkedCode(given: string): string {
  const code = tidyName(given);
  const [fault] = checkName(code, ['location'], true);
  if (fault) throw new AccessError(fault.message.replace(/\.$/, ''), { part: 'locations' });
  return code;
}

/** The channels that a key is limited to, as stock has them; null: it is not limited. Throws AccessError. */
export function channelsOfDraft({ channels }: ApiKeyDraft): string[] | null {
  const asked = checkedList('channels', channels, MAX_KEY_CHANNELS);
  if (asked === null) return null;
  const names = asked.map((given) => {
    const name = tidyName(given);
    const [fault] = checkName(name, ['channel']);
    if (fault) throw new AccessError(fault.message.replace(/\.$/, ''), { part: 'channels' });
    return name;
  });
  return [...new Set(names)].sort();
}

/** The origins that a key is bound to; null: it is not publishable. Throws AccessError where they do not fit its scopes. */
export function originsOfDraft({ scopes, origins }: ApiKeyDraft): string[] | null {
  const isBound = origins !== undefined;
  if (!scopes.includes(PUBLISHABLE_SCOPE)) {
    const message = `Only a key with the scope ${PUBLISHABLE_SCOPE} is bound to origins: leave origins out`;
    if (isBound) throw new AccessError(message, { part: 'origins' });
    return null;
  }
  if (!isPublishable(new Set(scopes))) {
    const message = `${PUBLISHABLE_SCOPE} cannot be combined with other scopes, because its key is no secret: create another key for them`;
    throw new AccessError(message, { part: 'scopes' });
  }
  if (!isBound) {
    const message = `A key with the scope ${PUBLISHABLE_SCOPE} needs the origins of the web pages that use it`;
    throw new AccessError(message, { part: 'origins' });
  }
  return [...new Set(checkedList('origins', origins, MAX_KEY_ORIGINS)?.map(checkedOrigin))].sort();
}

function checkedOrigin(text: string): string {
  const origin = originOf(text);
  if (origin === text && text.length <= MAX_TEXT_LENGTH) return text;
  const example = origin === undefined ? 'https://shop.example' : shown(origin);
  const form = `one such as ${example}, without a path or *, in ${MAX_TEXT_LENGTH} characters at most`;
  throw new AccessError(`"${shown(text)}" is no origin: write ${form}`, { part: 'origins' });
}

/** The addresses and networks that a key may be used from; null: any. Throws AccessError for what is neither. */
export function ipAllowListOfDraft({ ipAllowList }: ApiKeyDraft): string[] | null {
  const asked = checkedList('ipAllowList', ipAllowList, MAX_ADDRESSES);
  if (asked === null) return null;
  const list = addressList(asked);
  if ('invalid' in list) {
    const message = `"${shown(list.invalid)}" is no address and no network: write one such as 203.0.113.7 or 2001:db8::/32`;
    throw new AccessError(message, { part: 'ipAllowList' });
  }
  return [...new Set(asked)].sort();
}

/** Null where it was left out. An empty list would be a key for nothing. */
function checkedList(
  part: 'locations' | 'channels' | 'origins' | 'ipAllowList',
  values: readonly string[] | undefined,
  most: number,
): readonly string[] | null {
  if (values === undefined) return null;
  if (values.length === 0) throw new AccessError(`${part} is empty: name some, or leave it out`, { part });
  if (values.length <= most) return values;
  throw new AccessError(`${part} has ${values.length} values: at most ${most} are taken`, { part });
}
