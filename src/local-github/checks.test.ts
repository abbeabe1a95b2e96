// Stories about check runs: only Apps write them, texts and buttons have limits, annotations add up.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { apiClient, createWorld, dig, installationToken, startReceiver } from '../../test/support/github.ts';

let receiver: Awaited<ReturnType<typeof startReceiver>>;
let world: Awaited<ReturnType<typeof createWorld>>;
let sha: string;
beforeEach(async () => {
  receiver = await startReceiver('secret');
  world = await createWorld({ webhook: { url: receiver.url, secret: 'secret' }, strict: false });
  sha = (await world.repository.branches()).get('main') ?? '';
});
afterEach(async () => {
  await world.close();
  await receiver.close();
});

test('persons and Apps without the permission cannot write checks', async () => {
  const check = { name: 'a', head_sha: sha };
  const person = apiClient(world.github, world.github.as('admin').token());
  expect(await person('POST /repos/playhouse/cart/check-runs', check)).toMatchObject({
    status: 403,
    body: { message: 'You must authenticate via a GitHub App.' },
  });
  const narrow = apiClient(world.github, await installationToken(world, { permissions: { checks: 'read' } }));
  expect(await narrow('POST /repos/playhouse/cart/check-runs', check)).toMatchObject({
    status: 403,
    body: { message: 'Resource not accessible by integration' },
  });
  const api = apiClient(world.github, await installationToken(world));
  expect(await api('POST /repos/playhouse/cart/check-runs', { name: 'a', head_sha: 'f'.repeat(40) })).toMatchObject({
    status: 422,
    body: { message: `No commit found for SHA: ${'f'.repeat(40)}` },
  });
  expect(world.repository.checkRuns()).toEqual([]);
});

test('another App cannot change a check run', async () => {
  const api = apiClient(world.github, await installationToken(world));
  const { body } = await api('POST /repos/playhouse/cart/check-runs', { name: 'a', head_sha: sha });
  const app = world.github.createApp({
    slug: 'other',
    owner: 'playhouse',
    permissions: { checks: 'write' },
    events: [],
  });
  const installationId = await world.github.install('other', 'playhouse');
  const other = apiClient(world.github, await installationToken({ github: world.github, app, installationId }));
  const refused = await other(`PATCH /repos/playhouse/cart/check-runs/${String(dig(body, 'id'))}`, {
    status: 'in_progress',
  });
  expect(refused.status).toBe(403);
});

test('limits count bytes, and too much is refused, not cut', async () => {
  const api = apiClient(world.github, await installationToken(world));
  const create = async (change: object) =>
    (await api('POST /repos/playhouse/cart/check-runs', { name: 'a', head_sha: sha, ...change })).status;
  expect(await create({ output: { title: 't', summary: 'x'.repeat(65_535) } })).toBe(201);
  expect(await create({ output: { title: 't', summary: 'é'.repeat(32_768) } })).toBe(422);
  expect(await create({ output: { title: 't', summary: 's', text: 'é'.repeat(32_768) } })).toBe(422);
  expect(
    await create({ output: { title: 't', summary: 's', annotations: Array.from({ length: 51 }, annotation) } }),
  ).toBe(422);
  const button = { label: 'Approve', description: 'd', identifier: 'i' };
  expect(await create({ conclusion: 'success', actions: [button, button, button, button] })).toBe(422);
  expect(await create({ conclusion: 'success', actions: [{ ...button, label: 'x'.repeat(21) }] })).toBe(422);
  expect(await create({ conclusion: 'success', actions: [{ ...button, description: 'x'.repeat(41) }] })).toBe(422);
  expect(await create({ status: 'completed' })).toBe(422);
});

test('annotations are appended, everything else is replaced', async () => {
  const api = apiClient(world.github, await installationToken(world));
  const output = { title: 't', summary: 's', annotations: Array.from({ length: 50 }, annotation) };
  const { body } = await api('POST /repos/playhouse/cart/check-runs', { name: 'a', head_sha: sha, output });
  const id = String(dig(body, 'id'));
  await api(`PATCH /repos/playhouse/cart/check-runs/${id}`, {
    output: { title: 'u', summary: 'v', annotations: [annotation()] },
  });
  expect(await api(`GET /repos/playhouse/cart/check-runs/${id}`)).toMatchObject({
    body: { output: { title: 'u', summary: 'v', annotations_count: 51 } },
  });
});

test('the list shows the newest run of each name unless all are asked for', async () => {
  const api = apiClient(world.github, await installationToken(world));
  for (const external of ['1', '2'])
    await api('POST /repos/playhouse/cart/check-runs', { name: 'a', head_sha: sha, external_id: external });
  const latest = await api(`GET /repos/playhouse/cart/commits/${sha}/check-runs`);
  expect(latest.body).toMatchObject({ total_count: 1, check_runs: [{ external_id: '2' }] });
  expect((await api(`GET /repos/playhouse/cart/commits/main/check-runs?filter=all`)).body).toMatchObject({
    total_count: 2,
  });
});

test('a button works on a completed check and tells the App who pressed it', async () => {
  const { github, fullName } = world;
  const api = apiClient(github, await installationToken(world));
  const actions = [{ label: 'Approve', description: 'Go on', identifier: 'approve' }];
  const { body } = await api('POST /repos/playhouse/cart/check-runs', {
    name: 'a',
    head_sha: sha,
    external_id: 'r1',
    actions,
  });
  const id = Number(dig(body, 'id'));
  await expect(github.as('writer').clickCheckAction(fullName, id, 'approve')).rejects.toThrow('shows no button');
  await github.settled();
  await api(`PATCH /repos/playhouse/cart/check-runs/${id}`, { conclusion: 'action_required' });
  await expect(github.as('triager').clickCheckAction(fullName, id, 'approve')).rejects.toThrow('needs write');
  // webhooks under way at once may arrive in any order
  await github.settled();
  await github.as('writer').clickCheckAction(fullName, id, 'approve');
  await github.settled();
  await github.as('writer').rerequestCheck(fullName, id);
  await github.settled();
  const told = receiver.names().filter((name) => name.startsWith('check_'));
  expect(new Set(told.slice(0, 3))).toEqual(
    new Set(['check_run.created', 'check_run.completed', 'check_suite.completed']),
  );
  expect(told.slice(3)).toEqual(['check_run.requested_action', 'check_run.rerequested']);
  expect(receiver.arrived.find(({ action }) => action === 'requested_action')?.payload).toMatchObject({
    requested_action: { identifier: 'approve' },
    check_run: {
      id,
      external_id: 'r1',
      conclusion: 'action_required',
      check_suite: { head_sha: sha },
      app: { slug: 'troupe' },
    },
    sender: { login: 'writer', type: 'User' },
    installation: { id: world.installationId },
  });
});

function annotation() {
  return { path: 'README.md', start_line: 1, end_line: 1, annotation_level: 'warning', message: 'm' };
}
