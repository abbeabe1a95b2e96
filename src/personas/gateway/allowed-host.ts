// Which hosts the operator's list holds, and which addresses are open to all. Pure. A name that only looks like one on the list is none.
import { BlockList, isIP } from 'node:net';

const ports: ReadonlySet<number> = new Set([443, 80]);

/** A name on the list, on one of its ports. Addresses never are: nobody can tell whose they are. */
export function isAllowed(list: readonly string[], host: string, port: number): boolean {
  const name = nameOf(host);
  if (name === undefined || !ports.has(port)) return false;
  return list.some((entry) => {
    const wanted = entry.toLowerCase();
    return wanted.startsWith('*.')
      ? name.endsWith(wanted.slice(1)) && name.length > wanted.length - 1
      : name === wanted;
  });
}

/** What may stand on the list, for the schema of the operator's file. */
export const allowedHostPattern =
  '^(?:\\*\\.)?[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\\.)*(?:[A-Za-z0-9-]{0,62}\\.)[A-Za-z][A-Za-z0-9-]{0,62}$';

/** The name as it is looked up; undefined for an address and for what is no name. */
function nameOf(host: string): string | undefined {
  const name = host.toLowerCase().replace(/\.$/, '');
  const isName = name.length <= 253 && /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/.test(name);
  // 127.1 and 0x7f000001 are addresses to a resolver, too
  const looksLikeAddress = isIP(name) !== 0 || /^(?:0x[0-9a-f]*|\d+)$/.test(name.split('.').at(-1) ?? '');
  return isName && !looksLikeAddress ? name : undefined;
}

/** An address of the public network: not of this machine, of no private one, of no service of the machine's host. */
export function isPublicAddress(address: string): boolean {
  const kind = isIP(address);
  if (kind === 0) return false;
  return !closed.check(address, kind === 4 ? 'ipv4' : 'ipv6');
}

/** RFC 6890 and its kin. Addresses of version 4 in ones of version 6 are found by the list itself where they are mapped; other wrappings are closed. */
const closed = new BlockList();
const closed4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
] as const;
const closed6 = [
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
] as const;
for (const [ranges, kind] of [[closed4, 'ipv4'] as const, [closed6, 'ipv6'] as const])
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    closed.addSubnet(address, Number(bits), kind);
  }
