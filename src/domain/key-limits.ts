import type { UserError } from './errors';
import type { NamedKey } from './ledger/posting-reads';

/**
 * Which stock an API key may see and change. Null: the key is not limited in that. An empty channel is the stock without
 * one. Both lists are sorted, so that equal limits are equal texts.
 */
export interface KeyLimits {
  readonly locationIds: readonly string[] | null;
  readonly channels: readonly string[] | null;
}

const allowsLocation = ({ locationIds }: KeyLimits, id: string): boolean => locationIds?.includes(id) ?? true;

export const allowsChannel = ({ channels }: KeyLimits, channel: string): boolean => channels?.includes(channel) ?? true;

/**
 * What a key may not change of a stock key. A location that does not exist (null) is refused like one of others, so that the
 * answer does not say which there are.
 */
export function limitFaults(
  limits: KeyLimits,
  locationId: string | null,
  { location, dimensions: { channel } }: Pick<NamedKey, 'location' | 'dimensions'>,
  field: readonly string[],
): UserError[] {
  const faults: UserError[] = [];
  const isAllowed = locationId === null ? limits.locationIds === null : allowsLocation(limits, locationId);
  if (!isAllowed) {
    const name = location.by === 'CODE' ? location.code : location.id;
    const message = `This API key may not change stock at "${name}": it is limited to other locations.`;
    faults.push({ code: 'NOT_ALLOWED', message, field: [...field, 'location'] });
  }
  if (!allowsChannel(limits, channel)) {
    const message = `This API key may not change stock of the channel "${channel}": it is limited to other channels.`;
    faults.push({ code: 'NOT_ALLOWED', message, field: [...field, 'channel'] });
  }
  return faults;
}
