import { BlockList, isIP } from 'node:net';

/** Which addresses may be connected to beside public ones. */
export interface Reach {
  readonly loopback: boolean;
  readonly privateNetwork: boolean;
}

const LOOPBACK = listOf(['127.0.0.0/8', '::1/128']);

/** RFC 1918, RFC 6598 and RFC 4193. */
const PRIVATE = listOf(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']);

/** What is none of both and not public either: this network, link-local, documentation, benchmarks, multicast, reserved. */
const SPECIAL = listOf([
  ...['0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  // Within 2000::/3: Teredo and others, documentation, 6to4.
  ...['2001::/23', '2001:db8::/32', '2002::/16'],
  // Within fc00::/7: the metadata of a cloud machine, with its credentials.
  'fd00:ec2::/32',
]);

const GLOBAL_IPV6 = listOf(['2000::/3']);

/**
 * Whether keys may be fetched from an address. Metadata services have link-local addresses, which are never reached.
 * An IPv4 address in IPv6 form is none that a public name has.
 */
export function isReachable(address: string, { loopback, privateNetwork }: Reach): boolean {
  const family = { 4: 'ipv4', 6: 'ipv6' }[isIP(address)] as 'ipv4' | 'ipv6' | undefined;
  if (family === undefined) return false;
  const isIn = (list: BlockList): boolean => list.check(address, family);
  if (isIn(SPECIAL)) return false;
  if (isIn(LOOPBACK)) return loopback;
  if (isIn(PRIVATE)) return privateNetwork;
  return family === 'ipv4' || isIn(GLOBAL_IPV6);
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}
