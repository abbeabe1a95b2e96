import { afterEach, expect, test } from 'vitest';
import { createImpatientClock } from '../../test/support/impatient-clock.ts';
import { createRedactor, randomRunId, silentLogger } from '../support/index.ts';
import { createGitHubApp } from './app.ts';
import { cannedGitHub, newPrivateKey } from './testing.ts';
import { createTokenApi } from './token-api.ts';
import type { RequestEntry } from './transport.ts';

const privateKey = newPrivateKey();
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function world(answer: Parameters<typeof cannedGitHub>[0], signal?: AbortSignal) {
  const server = cannedGitHub(answer);
  closing.push(server.close);
  const clock = createImpatientClock();
  const redactor = createRedactor();
  const log: RequestEntry[] = [];
  const app = createGitHubApp({
    appId: '1',
    privateKey,
    baseUrl: server.url,
    clock,
    log: silentLogger,
    redactor,
    requestLog: (entry) => log.push(entry),
    writeIntervalMs: 0,
    ...(signal ? { signal } : {}),
  });
  return { ...server, clock, redactor, app, log, api: app.repository(5, 'acme', 'shop') };
}

const comment = (body: string, id = 1, login = 'troupe[bot]') => ({
  id,
  node_id: `n${id}`,
  body,
  user: { login },
  html_url: 'https://github.com/acme/shop/issues/7#c',
});
const issue = {
  number: 7,
  node_id: 'I',
  title: 'Bug',
  body: null,
  labels: [{ name: 'a' }],
  state: 'open',
  user: { login: 'octocat' },
  html_url: 'u',
  updated_at: 't',
};

test('while no token can be had nothing is sent, and that is not unclear', async () => {
  const { api, seen } = world(() => ({ status: 502, body: { message: 'Bad gateway' } }));
  await expect(api.createComment(7, 'hi')).rejects.toMatchObject({ code: 'github/unavailable' });
  expect(seen).toHaveLength(0);
});

test.each([
  ['502', { status: 502, body: { message: 'Bad gateway' } }],
  ['a torn connection', { tear: true }],
])('after %s a POST is unclear and sent once; a GET is tried three times', async (_, failure) => {
  const { api, seen } = world(({ path }) => (path.endsWith('/access_tokens') ? undefined : failure));
  await expect(api.createComment(7, 'hi')).rejects.toMatchObject({ code: 'github/unclear', class: 'transient' });
  expect(seen).toHaveLength(1);
  await expect(api.issue(7)).rejects.toMatchObject({ code: 'github/unavailable', class: 'transient' });
  expect(seen).toHaveLength(4);
});

test('a secondary limit is waited out and the comment is then sent', async () => {
  const { api, seen, clock } = world(({ path }, index) => {
    if (path.endsWith('/access_tokens')) return undefined;
    if (index === 1)
      return {
        status: 403,
        headers: { 'retry-after': '7' },
        body: { message: 'You have exceeded a secondary rate limit' },
      };
    if (index === 2) return { status: 429, body: { message: 'slow down' } };
    return { status: 201, body: comment('hi') };
  });
  await expect(api.createComment(7, 'hi')).resolves.toMatchObject({ id: 1, author: 'troupe[bot]' });
  expect(seen).toHaveLength(3);
  expect(clock.waits).toContain(7_000);
  expect(clock.waits.some((wait) => wait >= 60_000)).toBe(true);
});

test('the hourly limit is waited for until its reset', async () => {
  const { api, clock } = world(({ path }, index) => {
    if (path.endsWith('/access_tokens')) return undefined;
    const reset = String(Math.floor(Date.now() / 1_000) + 900);
    if (index === 1)
      return {
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
        body: { message: 'API rate limit exceeded' },
      };
    return { body: issue };
  });
  await expect(api.issue(7)).resolves.toMatchObject({ number: 7, body: '', labels: ['a'], isPullRequest: false });
  expect(Math.max(...clock.waits)).toBeGreaterThan(890_000);
});

test('a stop ends a wait', async () => {
  const stop = new AbortController();
  const { api } = world(({ path }) => {
    if (path.endsWith('/access_tokens')) return undefined;
    stop.abort();
    return { status: 429, headers: { 'retry-after': '600' }, body: { message: 'slow down' } };
  }, stop.signal);
  await expect(api.issue(7)).rejects.toMatchObject({ code: 'github/stopped', class: 'cancelled' });
});

test('a missing permission is named', async () => {
  const { api } = world(({ path }) =>
    path.endsWith('/access_tokens')
      ? undefined
      : {
          status: 403,
          headers: { 'x-accepted-github-permissions': 'issues=write' },
          body: { message: 'Resource not accessible by integration' },
        },
  );
  await expect(api.createComment(7, 'hi')).rejects.toMatchObject({
    code: 'github/permission',
    message: 'Cannot comment on acme/shop#7: the permission `issues: write` is missing',
  });
});

test('a token is asked for once, renewed after 55 minutes, and replaced once when GitHub refuses it', async () => {
  let refuse = false;
  const { api, clock, tokens, seen, redactor } = world(({ path, headers }) => {
    if (path.endsWith('/access_tokens')) return undefined;
    if (refuse && headers.authorization?.endsWith('2') === true)
      return { status: 401, body: { message: 'Bad credentials' } };
    return { body: issue };
  });
  await Promise.all([api.issue(7), api.issue(7)]);
  expect(tokens()).toBe(1);
  clock.advance(55 * 60_000);
  await api.issue(7);
  expect(tokens()).toBe(2);
  refuse = true;
  await api.issue(7);
  expect(tokens()).toBe(3);
  expect(redactor.text(seen.at(-1)?.headers.authorization ?? '')).toBe('token [redacted]');
});

test('credentials that stay refused are an auth error after one renewal', async () => {
  const { api, seen } = world(({ path }) =>
    path.endsWith('/access_tokens') ? undefined : { status: 401, body: { message: 'Bad credentials' } },
  );
  await expect(api.issue(7)).rejects.toMatchObject({ code: 'github/auth', class: 'auth' });
  expect(seen).toHaveLength(2);
});

test('a second read asks with the ETag and uses the kept answer', async () => {
  const { api, log } = world(({ path, headers }) => {
    if (path.endsWith('/access_tokens')) return undefined;
    return headers['if-none-match'] === '"1"' ? { status: 304 } : { headers: { etag: '"1"' }, body: issue };
  });
  const first = await api.issue(7);
  expect(await api.issue(7)).toEqual(first);
  expect(log.filter(({ path }) => path.endsWith('/7')).map(({ status, cached }) => [status, cached])).toEqual([
    [200, false],
    [304, true],
  ]);
});

test('120 annotations go in three requests and texts keep to their bytes', async () => {
  const check = {
    id: 9,
    name: 'c',
    head_sha: 'a'.repeat(40),
    external_id: 'x',
    status: 'completed',
    conclusion: 'success',
    output: { annotations_count: 0 },
  };
  const { api, seen } = world(({ path }) => (path.endsWith('/access_tokens') ? undefined : { body: check }));
  await api.createCheckRun({
    name: 'c',
    headSha: 'a'.repeat(40) as never, // has the shape of a commit id
    externalId: 'x',
    status: 'completed',
    conclusion: 'success',
    title: 't',
    summary: 'ä\n'.repeat(60_000),
    annotations: Array.from({ length: 120 }, () => ({
      path: 'a',
      startLine: 3,
      endLine: 1,
      level: 'notice' as const,
      message: 'm',
    })),
  });
  // The bodies are what this client sent.
  const outputs = seen.map(
    ({ body }) => (body as { output: { summary: string; annotations: { end_line: number }[] } }).output,
  );
  expect(outputs.map(({ annotations }) => annotations.length)).toEqual([50, 50, 20]);
  expect(outputs.every(({ summary }) => Buffer.byteLength(summary) <= 65_535)).toBe(true);
  expect(outputs[0]?.annotations[0]?.end_line).toBe(3);
});

test('what is not there is undefined, an unknown permission is none', async () => {
  const { api } = world(() => undefined);
  expect(await api.issue(7)).toBeUndefined();
  expect(await api.readFile('a.md')).toBeUndefined();
  expect(await api.listFiles('.github/troupe')).toEqual([]);
  expect(await api.branchSha('x')).toBeUndefined();
  expect(await api.permission('stranger')).toBe('none');
  await expect(api.removeLabel(7, 'gone')).resolves.toBeUndefined();
});

test('our comment is found by its marker, not somebody else’s that quotes it', async () => {
  const { api } = world(({ path }) => {
    if (path === '/app') return { body: { id: 1, slug: 'troupe', name: 'Troupe', owner: { login: 'acme' } } };
    if (path.startsWith('/app/installations?')) return { body: [{ id: 5, account: { login: 'acme' } }] };
    if (path.startsWith('/users/')) return { body: { id: 77 } };
    if (path.includes('/comments')) return { body: [comment('<!-- m -->', 1, 'mallory'), comment('<!-- m -->', 2)] };
    return undefined;
  });
  expect(await api.findComment(7, '<!-- m -->')).toMatchObject({ id: 2 });
});

test('the App knows its bot, and lists deliveries page by page', async () => {
  const row = {
    id: 3,
    guid: 'g',
    event: 'issues',
    action: 'labeled',
    delivered_at: 't',
    status_code: 502,
    installation_id: 5,
  };
  const { app, url } = world(({ path }) => {
    if (path === '/app') return { body: { id: 1, slug: 'troupe', name: 'Troupe', owner: { login: 'acme' } } };
    if (path.startsWith('/app/installations?')) return { body: [{ id: 5, account: { login: 'acme' } }] };
    if (path === '/users/troupe%5Bbot%5D') return { body: { id: 77 } };
    if (path === '/app/hook/deliveries?per_page=100')
      return { headers: { link: `<${url}/app/hook/deliveries?cursor=v1_2>; rel="next"` }, body: [row] };
    if (path === '/app/hook/deliveries/3') return { body: { ...row, request: { payload: { action: 'labeled' } } } };
    return undefined;
  });
  expect(await app.identity()).toEqual({
    id: 1,
    slug: 'troupe',
    name: 'Troupe',
    owner: 'acme',
    botLogin: 'troupe[bot]',
    botId: 77,
  });
  expect(await app.deliveries()).toMatchObject({
    items: [{ id: 3, statusCode: 502, installationId: 5 }],
    next: 'v1_2',
  });
  expect(await app.delivery(3)).toEqual({ event: 'issues', guid: 'g', payload: { action: 'labeled' } });
});

test('a token for git is narrowed to one repository and its contents', async () => {
  let asked: unknown;
  const { app } = world(({ path, body }) => {
    if (path.endsWith('/access_tokens')) asked = body;
    return undefined;
  });
  expect(await app.gitToken(5, 42)).toMatch(/^ghs_/);
  expect(asked).toEqual({ repository_ids: [42], permissions: { contents: 'write', metadata: 'read' } });
});

test('a repository without drafts, a pull request that exists and an empty one can be told apart', async () => {
  const answers = [
    'Draft pull requests are not supported in this repository.',
    'A pull request already exists for acme:x.',
    'No commits between main and x',
  ];
  const { api } = world(({ path }, index) =>
    path.endsWith('/access_tokens')
      ? undefined
      : { status: 422, body: { message: 'Validation Failed', errors: [{ message: answers[index - 1] }] } },
  );
  const part = { title: 't', body: 'b', run: randomRunId(), since: 0 };
  const open = () => api.createPullRequest({ ...part, head: 'x' as never, base: 'main', draft: true }); // any name will do
  await expect(open()).rejects.toMatchObject({ code: 'github/drafts-unavailable' });
  await expect(open()).rejects.toMatchObject({ code: 'github/exists' });
  await expect(open()).rejects.toMatchObject({ code: 'github/no-commits' });
});

test('a token without a user writes as the job does', async () => {
  const server = cannedGitHub(({ path }) => {
    if (path === '/user') return { status: 403, body: { message: 'Resource not accessible by integration' } };
    return { body: [comment('<!-- m -->', 4, 'github-actions[bot]')] };
  });
  closing.push(server.close);
  const api = createTokenApi({
    token: 'ghp_secret',
    baseUrl: server.url,
    owner: 'acme',
    name: 'shop',
    clock: createImpatientClock(),
    log: silentLogger,
    redactor: createRedactor(),
    writeIntervalMs: 0,
  });
  expect(await api.findComment(7, '<!-- m -->')).toMatchObject({ id: 4 });
});
