import { BlockList, isIP } from 'node:net';

/** Most addresses and networks of one list. */
export const MAX_ADDRESSES = 100;

/** Network addresses that may call. */
export interface AddressList {
  includes(address: string): boolean;
}

/**
 * Creates a list of addresses (`203.0.113.7`, `2001:db8::7`) and networks (`203.0.113.0/24`, `2001:db8::/32`), or returns the
 * first entry that is neither. An IPv4 address also matches in its IPv6 form (`::ffff:203.0.113.7`), which dual-stack sockets show.
 */
export function addressList(entries: readonly string[]): AddressList | { readonly invalid: string } {
  const list = new BlockList();
  for (const entry of entries) if (!add(list, entry)) return { invalid: entry };
  return {
    includes(address) {
      const family = familyOf(address);
      return family !== undefined && list.check(address, family);
    },
  };
}

function add(list: BlockList, entry: string): boolean {
  const [address = '', prefix, ...more] = entry.split('/');
  const family = familyOf(address);
  // An address with a zone (`fe80::1%eth0`) is known on one machine only.
  if (family === undefined || address.includes('%') || more.length > 0) return false;
  const bits = family === 'ipv4' ? 32 : 128;
  if (prefix !== undefined && (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits)) return false;
  list.addSubnet(address, prefix === undefined ? bits : Number(prefix), family);
  return true;
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  switch (isIP(address)) {
    case 4:
      return 'ipv4';
    case 6:
      return 'ipv6';
    default:
      return undefined;
  }
}
