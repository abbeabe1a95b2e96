// The operator's list, and addresses that no name may lead to.
import { expect, test } from 'vitest';
import { allowedHostPattern, isAllowed, isPublicAddress } from './allowed-host.ts';

const list = ['registry.npmjs.org', '*.example.com'];

test.each([
  ['registry.npmjs.org', 443, true],
  ['REGISTRY.npmjs.org.', 80, true],
  ['registry.npmjs.org', 8443, false],
  ['registry.npmjs.org', 0, false],
  ['npmjs.org', 443, false],
  ['evil-registry.npmjs.org', 443, false],
  ['registry.npmjs.org.evil.org', 443, false],
  ['a.example.com', 443, true],
  ['a.b.example.com', 443, true],
  ['example.com', 443, false],
  ['evilexample.com', 443, false],
  ['.example.com', 443, false],
  ['a..example.com', 443, false],
  ['a.example.com\r\nHost: evil', 443, false],
  ['127.0.0.1', 443, false],
  ['[::1]', 443, false],
])('%s:%i is on the list: %s', (host, port, isOn) => {
  expect(isAllowed(list, host, port)).toBe(isOn);
});

test('an address is never on the list, in whatever spelling', () => {
  for (const host of ['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '::1', 'a.0x7f'])
    expect(isAllowed([host, '*.0.1', '*.0x7f'], host, 443)).toBe(false);
});

test.each([
  ...['8.8.8.8', '104.16.0.35', '172.32.0.1', '192.169.0.1', '2606:4700::6810:23', '::ffff:8.8.8.8'].map(
    (address) => [address, true] as const,
  ),
  ...[
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.100.100.200',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:a9fe:a9fe',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fe80::1',
    'fe80::1%eth0',
    'fd00:ec2::254',
    'ff02::1',
    'no address',
  ].map((address) => [address, false] as const),
])('%s is public: %s', (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});

test('what may be written on the list', () => {
  const pattern = new RegExp(allowedHostPattern, 'u');
  for (const entry of ['registry.npmjs.org', '*.example.com', 'pypi.org', 'x.y-z.co.uk'])
    expect([entry, pattern.test(entry)]).toEqual([entry, true]);
  for (const entry of [
    '*',
    '*.com',
    'localhost',
    '127.0.0.1',
    'https://pypi.org',
    'pypi.org:443',
    'a.*.org',
    '',
    '*.*.org',
  ])
    expect([entry, pattern.test(entry)]).toEqual([entry, false]);
});
