import { expect, test } from 'vitest';
import { createRedactor } from '../../support/index.ts';
import { redactWords } from './outgoing-words.ts';

test('words are redacted wherever they stand in a request; names, places and credentials stay', () => {
  const secret = 'k9Zx-Qw7vTb2_Lm4';
  const request = {
    url: `/repos/{owner}/${secret}`,
    headers: { authorization: `token ${secret}` },
    owner: secret,
    body: `said ${secret}`,
    output: { title: secret, annotations: [{ path: 'a.js', message: `${secret}!` }] },
    variables: { checks: [{ name: secret, output: { summary: secret } }] },
  };
  redactWords(request, createRedactor([secret]));
  expect(request).toEqual({
    url: `/repos/{owner}/${secret}`,
    headers: { authorization: `token ${secret}` },
    owner: secret,
    body: 'said [redacted]',
    output: { title: '[redacted]', annotations: [{ path: 'a.js', message: '[redacted]!' }] },
    variables: { checks: [{ name: secret, output: { summary: '[redacted]' } }] },
  });
});
