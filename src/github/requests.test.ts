// What leaves for github.com itself: with nock in its place, because a test server has another name.
import nock from 'nock';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createRedactor, silentLogger } from '../support/index.ts';
import { impatientClock } from './testing.ts';
import { createTokenApi } from './token-api.ts';

const github = 'https://api.github.com';
const token = 'ghs_0123456789abcdefghijklmnop';

beforeAll(() => nock.disableNetConnect());
afterEach(() => nock.cleanAll());
afterAll(() => {
  nock.enableNetConnect();
  nock.restore();
});

function api(baseUrl = github) {
  return createTokenApi({
    owner: 'acme',
    name: 'shop',
    token,
    baseUrl,
    clock: impatientClock(),
    log: silentLogger,
    redactor: createRedactor(),
    writeIntervalMs: 0,
  });
}

test('a comment is one request, with the token in the header and nowhere else', async () => {
  const scope = nock(github, { reqheaders: { authorization: `token ${token}`, 'user-agent': /^troupe/ } })
    .post('/repos/acme/shop/issues/7/comments', { body: 'hello' })
    .reply(201, { id: 9, node_id: 'n', body: 'hello', user: { login: 'bot' }, html_url: 'u' });
  await expect(api().createComment(7, 'hello')).resolves.toMatchObject({ id: 9 });
  expect(scope.isDone()).toBe(true);
});

test('names of files and branches are escaped on the way', async () => {
  const scope = nock(github)
    .get('/repos/acme/shop/contents/docs%2Fa%20%23b%3F.md')
    .query({ ref: 'fix/ü&x' })
    .reply(200, { type: 'file', path: 'p', name: 'n', encoding: 'base64', content: 'dGV4dA==', sha: 'a', size: 4 });
  await expect(api().readFile('docs/a #b?.md', 'fix/ü&x')).resolves.toEqual({ text: 'text', sha: 'a' });
  expect(scope.isDone()).toBe(true);
});

test('GitHub Enterprise Server is asked below its own path', async () => {
  const scope = nock('https://github.acme.test').get('/api/v3/repos/acme/shop/issues/7').reply(200, {
    number: 7,
    node_id: 'I',
    title: 'Bug',
    body: null,
    labels: [],
    state: 'open',
    user: null,
    html_url: 'u',
  });
  await expect(api('https://github.acme.test/api/v3/').issue(7)).resolves.toMatchObject({ number: 7, title: 'Bug' });
  expect(scope.isDone()).toBe(true);
});
