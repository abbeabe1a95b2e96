// Stories about who may do what through the API, and about limits, pages and answers.
import { afterEach, expect, test } from 'vitest';
import { apiClient, complaints, createWorld, dig, installationToken, jwtOf } from '../../test/support/github.ts';
import { createManualClock } from '../../test/support/manual-clock.ts';

let world: Awaited<ReturnType<typeof createWorld>>;
afterEach(() => world.close());

test('a token that was never issued is refused', async () => {
  world = await createWorld();
  const stranger = apiClient(world.github, `ghs_${'x'.repeat(500)}`);
  expect(await stranger('GET /repos/playhouse/cart')).toMatchObject({
    status: 401,
    body: { message: 'Bad credentials' },
  });
});

test('an App proves itself with its key, for ten minutes at most', async () => {
  world = await createWorld();
  const now = Math.floor(Date.now() / 1000);
  const app = (claims: Parameters<typeof jwtOf>[1]) => apiClient(world.github, jwtOf(world.app, claims));
  expect(await app({})('GET /app')).toMatchObject({
    status: 200,
    body: { slug: 'troupe', owner: { login: 'playhouse' } },
  });
  expect(await app({ exp: now + 700 })('GET /app')).toMatchObject({ status: 401 });
  expect(await app({ exp: now - 10 })('GET /app')).toMatchObject({ status: 401 });
  expect(await app({ iat: now + 300 })('GET /app')).toMatchObject({ status: 401 });
  const other = world.github.createApp({ slug: 'other', owner: 'playhouse', permissions: {}, events: [] });
  const forged = apiClient(world.github, jwtOf({ ...world.app, privateKey: other.privateKey }));
  expect(await forged('GET /app')).toMatchObject({ status: 401 });
});

test('an installation token reaches its repositories with its permissions and nothing else', async () => {
  world = await createWorld();
  await world.github.createRepository({ owner: 'playhouse', name: 'vault', files: { a: 'b' }, private: true });
  const token = await installationToken(world);
  expect(token.length).toBeGreaterThan(500);
  const api = apiClient(world.github, token);
  expect(await api('GET /repos/playhouse/vault')).toMatchObject({ status: 404 });
  expect(await api('GET /installation/repositories')).toMatchObject({ body: { total_count: 1 } });

  const reader = apiClient(world.github, await installationToken(world, { permissions: { issues: 'read' } }));
  const refused = await reader(`POST /repos/playhouse/cart/issues/${world.issue}/comments`, { body: 'hello' });
  expect(refused).toMatchObject({ status: 403, body: { message: 'Resource not accessible by integration' } });
  expect(refused.headers.get('x-accepted-github-permissions')).toBe('issues=write; pull_requests=write');

  const asApp = apiClient(world.github, jwtOf(world.app));
  const more = { permissions: { actions: 'write' } };
  expect(await asApp(`POST /app/installations/${world.installationId}/access_tokens`, more)).toMatchObject({
    status: 422,
  });
  const elsewhere = { repositories: ['vault'] };
  expect(await asApp(`POST /app/installations/${world.installationId}/access_tokens`, elsewhere)).toMatchObject({
    status: 422,
  });
});

test('a token stops working when its hour is over, when it is revoked and when the App is removed', async () => {
  const clock = createManualClock(Date.now());
  world = await createWorld({ clock, tokenLifetimeMs: 60_000 });
  const first = apiClient(world.github, await installationToken(world));
  expect(await first('GET /repos/playhouse/cart')).toMatchObject({ status: 200 });
  clock.advance(61_000);
  expect(await first('GET /repos/playhouse/cart')).toMatchObject({ status: 401, body: { message: 'Bad credentials' } });
  const second = apiClient(world.github, await installationToken(world));
  world.github.revokeTokens(world.installationId);
  expect(await second('GET /repos/playhouse/cart')).toMatchObject({ status: 401 });
  const third = apiClient(world.github, await installationToken(world));
  await world.github.uninstall(world.installationId);
  expect(await third('GET /repos/playhouse/cart')).toMatchObject({ status: 401 });
});

test('the permission of each person is told with its exact role', async () => {
  world = await createWorld();
  const api = apiClient(world.github, await installationToken(world));
  const roles: Record<string, unknown> = {};
  for (const login of [...world.people, 'reporter']) {
    const { body } = await api(`GET /repos/playhouse/cart/collaborators/${login}/permission`);
    roles[login] = `${String(dig(body, 'permission'))}/${String(dig(body, 'role_name'))}`;
  }
  expect(roles).toEqual({
    admin: 'admin/admin',
    maintainer: 'write/maintain',
    writer: 'write/write',
    triager: 'read/triage',
    reader: 'read/read',
    reporter: 'read/read',
  });
  expect(await api('GET /repos/playhouse/cart/collaborators/nobody/permission')).toMatchObject({ status: 404 });
});

test('lists come in pages that Link leads through', async () => {
  world = await createWorld();
  for (let n = 0; n < 7; n += 1) await world.github.as('writer').comment(world.fullName, world.issue, `comment ${n}`);
  const api = apiClient(world.github, await installationToken(world));
  const bodies: unknown[] = [];
  let next: string | undefined = `GET /repos/playhouse/cart/issues/${world.issue}/comments?per_page=3`;
  while (next !== undefined) {
    const page = await api(next);
    bodies.push(...(Array.isArray(page.body) ? page.body.map((comment) => dig(comment, 'body')) : []));
    const [, following] = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '') ?? [];
    next = following === undefined ? undefined : `GET ${following}`;
  }
  expect(bodies).toEqual([0, 1, 2, 3, 4, 5, 6].map((n) => `comment ${n}`));
});

test('what did not change is answered 304 and costs nothing', async () => {
  world = await createWorld();
  const api = apiClient(world.github, await installationToken(world));
  const first = await api('GET /repos/playhouse/cart');
  const etag = first.headers.get('etag') ?? '';
  const again = await api('GET /repos/playhouse/cart', undefined, { 'if-none-match': etag });
  expect(again.status).toBe(304);
  expect(again.headers.get('x-ratelimit-remaining')).toBe(first.headers.get('x-ratelimit-remaining'));
  world.github.archiveRepository(world.fullName, true);
  expect((await api('GET /repos/playhouse/cart', undefined, { 'if-none-match': etag })).status).toBe(200);
});

test('the hourly limit ends with 403 and a reset, and begins anew after an hour', async () => {
  const clock = createManualClock(Date.now());
  world = await createWorld({ clock, limits: { perHour: 3 }, tokenLifetimeMs: 7_200_000 });
  const api = apiClient(world.github, await installationToken(world));
  for (let n = 0; n < 3; n += 1) expect((await api('GET /repos/playhouse/cart')).status).toBe(200);
  const refused = await api('GET /repos/playhouse/cart');
  expect(refused.status).toBe(403);
  expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
  expect(Number(refused.headers.get('x-ratelimit-reset'))).toBeGreaterThan(clock.now() / 1000);
  clock.advance(3_600_001);
  expect((await api('GET /repos/playhouse/cart')).status).toBe(200);
});

test('too much content in a minute meets the secondary limit', async () => {
  world = await createWorld({ limits: { contentPerMinute: 2 } });
  const api = apiClient(world.github, await installationToken(world));
  const comment = () => api(`POST /repos/playhouse/cart/issues/${world.issue}/comments`, { body: 'x' });
  expect([(await comment()).status, (await comment()).status]).toEqual([201, 201]);
  const refused = await comment();
  expect(refused.status).toBe(403);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(String(dig(refused.body, 'message'))).toContain('secondary rate limit');
  expect((await api('GET /repos/playhouse/cart')).status).toBe(200);
});

test('a request that GitHub does not describe is refused and kept', async () => {
  world = await createWorld();
  const api = apiClient(world.github, await installationToken(world));
  const sha = (await world.repository.branches()).get('main');
  const check = { name: 'a', head_sha: sha, status: 'done', output: { title: 't' }, colour: 'red' };
  expect(await api('POST /repos/playhouse/cart/check-runs', check)).toMatchObject({ status: 422 });
  expect(await api('GET /repos/playhouse/cart/issues?stat=open')).toMatchObject({ status: 422 });
  expect(await api('GET /repos/playhouse/cart/secrets')).toMatchObject({ status: 404 });
  expect(complaints(world.github)).toEqual([
    'unknown route: GET /repos/playhouse/cart/secrets',
    'POST /repos/{owner}/{repo}/check-runs: body/status must be equal to one of the allowed values: ["queued","in_progress","completed"]; ' +
      "body/output must have required property 'summary'; body: colour is not a property of POST /repos/{owner}/{repo}/check-runs",
    'GET /repos/{owner}/{repo}/issues: query: stat is not a parameter of GET /repos/{owner}/{repo}/issues',
  ]);
});

test('a request can be answered wrongly, before or after it had its effect', async () => {
  world = await createWorld();
  const { github } = world;
  const api = apiClient(github, await installationToken(world));
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
  const comment = (body: string) => api(`POST /repos/playhouse/cart/issues/${world.issue}/comments`, { body });
  github.faults.answer({ route, nth: 1, when: 'before', answer: { status: 502 } });
  github.faults.answer({ route, nth: 2, when: 'after', answer: { status: 502 } });
  github.faults.answer({ route, nth: 3, when: 'after', answer: 'reset' });
  expect((await comment('one')).status).toBe(502);
  expect((await comment('two')).status).toBe(502);
  await expect(comment('three')).rejects.toThrow('fetch failed');
  expect((await comment('four')).status).toBe(201);
  expect(world.repository.comments().map(({ body }) => body)).toEqual(['two', 'three', 'four']);
});

test('a renamed repository is found under its old name', async () => {
  world = await createWorld();
  const api = apiClient(world.github, await installationToken(world));
  await world.github.renameRepository(world.fullName, 'basket');
  const moved = await api('GET /repos/playhouse/cart/issues?state=all');
  expect(moved.status).toBe(301);
  const found = await api(`GET ${moved.headers.get('location')}`);
  expect(dig(found.body, '0.number')).toBe(world.issue);
});
