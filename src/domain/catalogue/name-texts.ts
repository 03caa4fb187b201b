import type { ItemName, LocationReference } from './catalogue';
import { itemNodeId, locationNodeId } from '../node-ids';

/** How sentences show a name, so that its sender sees what arrived. */
export function itemText(name: ItemName): string {
  if (name.by === 'ID') return `id "${itemNodeId(name.id)}"`;
  const text = name.by === 'SKU' ? `sku "${name.sku}"` : `${name.scheme} "${name.value}"`;
  return name.specification === '' ? text : `${text} with the specification "${name.specification}"`;
}

export const itemUnknown = (name: ItemName): string => `No item has the ${itemText(name)}.`;

export const locationUnknown = (name: LocationReference): string =>
  name.by === 'ID'
    ? `No location has the id "${locationNodeId(name.id)}".`
    : `No location has the code "${name.code}".`;
