// What git says, and the class of the error it becomes.
import { expect, test } from 'vitest';
import { createRedactor } from '../support/index.ts';
import { failureOf } from './failures.ts';
import { createGit } from './run-git.ts';
import { isTooOld } from './working-copy.ts';

test.each([
  "fatal: unable to access 'https://github.com/a/b/': SSL certificate problem: unable to get local issuer certificate",
  "fatal: unable to access 'https://github.com/a/b/': gnutls_handshake() failed: Error in the pull function.",
  'error: RPC failed; curl 56 OpenSSL SSL_read: Connection reset by peer, errno 104',
  "fatal: unable to access 'https://github.com/a/b/': TLS connect error: error:00000000:lib(0)::reason(0)",
  'GnuTLS recv error (-110): The TLS connection was non-properly terminated.',
  'error: 1 bytes of body are still expected: ssl_read: peer closed the connection',
])('the network is at fault: %s', (said) => {
  expect(failureOf('Fetch', said)).toMatchObject({ code: 'git/network', class: 'transient' });
});

test.each([
  'error: patch failed: src/ssl/handshake.c:12\nerror: src/ssl/handshake.c: patch does not apply',
  "error: pathspec 'src/tls.ts' did not match any file(s) known to git",
  "error: Your local changes to 'lib/ssl_tools.c' would be overwritten by checkout",
  "fatal: couldn't find path docs/tls-connection-notes.md",
])('a file with such a name is not the network: %s', (said) => {
  expect(failureOf('Apply', said).code).not.toBe('git/network');
});

test('where there is no git, it is told so, with what to do', async () => {
  const git = createGit({ redactor: createRedactor(), home: '/', allowProtocols: [], path: '/nonexistent' });
  await expect(git.line({ what: 'ask git for its version', args: ['version'] })).rejects.toMatchObject({
    code: 'git/missing',
    class: 'config',
    message: 'Cannot ask git for its version: git is not installed',
    hint: expect.stringContaining('Install git 2.38 or newer'),
  });
});

test.each([
  ['2.17.1', true],
  ['2.37.9', true],
  ['2.38', false],
  ['2.39.5', false],
  ['3.0.0', false],
  ['1.9', true],
])('git %s is too old: %s', (version, is) => {
  expect(isTooOld(version)).toBe(is);
});
