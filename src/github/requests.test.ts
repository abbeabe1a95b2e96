// What leaves for github.com itself, and for a server of one's own.
import { afterEach, expect, test } from 'vitest';
import { createImpatientClock } from '../../test/support/impatient-clock.ts';
import { createRedactor, silentLogger } from '../support/index.ts';
import { cannedGitHub } from './testing.ts';
import type { CannedAnswer } from './testing.ts';
import { createTokenApi } from './token-api.ts';

const github = 'https://api.github.com';
const token = 'ghs_0123456789abcdefghijklmnop';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function asked(answer: CannedAnswer, url?: string) {
  const { seen, close } = cannedGitHub(() => answer, url);
  closing.push(close);
  return seen;
}

function api(baseUrl = github) {
  return createTokenApi({
    owner: 'acme',
    name: 'shop',
    token,
    baseUrl,
    clock: createImpatientClock(),
    log: silentLogger,
    redactor: createRedactor(),
    writeIntervalMs: 0,
  });
}

test('a comment is one request, with the token in the header and nowhere else', async () => {
  const answer = { id: 9, node_id: 'n', body: 'hello', user: { login: 'bot' }, html_url: 'u' };
  const seen = asked({ status: 201, body: answer }, github);
  await expect(api().createComment(7, 'hello')).resolves.toMatchObject({ id: 9 });
  expect(seen).toEqual([
    {
      method: 'POST',
      path: '/repos/acme/shop/issues/7/comments',
      body: { body: 'hello' },
      headers: expect.objectContaining({
        authorization: `token ${token}`,
        'user-agent': expect.stringMatching(/^troupe/),
      }),
    },
  ]);
});

test('names of files and branches are escaped on the way', async () => {
  const file = { type: 'file', path: 'p', name: 'n', encoding: 'base64', content: 'dGV4dA==', sha: 'a', size: 4 };
  const seen = asked({ body: file }, github);
  await expect(api().readFile('docs/a #b?.md', 'fix/ü&x')).resolves.toEqual({ text: 'text', sha: 'a' });
  const path = '/repos/acme/shop/contents/docs%2Fa%20%23b%3F.md?ref=fix%2F%C3%BC%26x';
  expect(seen).toMatchObject([{ method: 'GET', path }]);
});

test('GitHub Enterprise Server is asked below its own path', async () => {
  const issue = { number: 7, node_id: 'I', title: 'Bug', body: null, labels: [], state: 'open', user: null };
  const seen = asked({ body: { ...issue, html_url: 'u' } }, 'https://github.acme.test');
  await expect(api('https://github.acme.test/api/v3/').issue(7)).resolves.toMatchObject({ number: 7, title: 'Bug' });
  expect(seen).toMatchObject([{ method: 'GET', path: '/api/v3/repos/acme/shop/issues/7' }]);
});
