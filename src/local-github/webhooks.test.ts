// Stories about webhooks: made of changes, signed, kept, sent again, and lost on purpose.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { apiClient, createWorld, dig, installationToken, jwtOf, startReceiver } from '../../test/support/github.ts';
import { createManualClock } from '../../test/support/manual-clock.ts';

let receiver: Awaited<ReturnType<typeof startReceiver>>;
let world: Awaited<ReturnType<typeof createWorld>>;
let status = 202;
beforeEach(async () => {
  status = 202;
  receiver = await startReceiver('secret', () => status);
  world = await createWorld({ webhook: { url: receiver.url, secret: 'secret' } });
  await world.github.settled();
  receiver.arrived.length = 0;
});
afterEach(async () => {
  await world.close();
  await receiver.close();
});

test('a label arrives as GitHub would send it', async () => {
  const { github, fullName, issue, installationId } = world;
  await github.as('triager').label(fullName, issue, 'troupe:feature');
  await github.settled();
  const [delivery] = receiver.arrived;
  expect(delivery).toMatchObject({
    event: 'issues',
    action: 'labeled',
    signed: true,
    payload: {
      issue: { number: issue, labels: [{ name: 'troupe:feature' }], user: { login: 'reporter' } },
      label: { name: 'troupe:feature' },
      repository: {
        full_name: 'playhouse/cart',
        owner: { login: 'playhouse', type: 'Organization' },
        default_branch: 'main',
      },
      organization: { login: 'playhouse' },
      sender: { login: 'triager', type: 'User' },
      installation: { id: installationId },
    },
  });
  expect(delivery?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(delivery?.headers['user-agent']).toMatch(/^GitHub-Hookshot\//);
  expect(delivery?.headers['x-hub-signature']).toMatch(/^sha1=[0-9a-f]{40}$/);
  expect(delivery?.headers['x-github-hook-installation-target-type']).toBe('integration');
  expect(delivery?.headers['x-github-hook-installation-target-id']).toBe(String(world.app.appId));
});

test('the bot’s own writes come back as events of the bot', async () => {
  const api = apiClient(world.github, await installationToken(world));
  const labels = `/repos/playhouse/cart/issues/${world.issue}/labels`;
  await api(`POST ${labels}`, { labels: ['one', 'two'] });
  await api(`POST ${labels}`, { labels: ['one'] });
  await api(`DELETE ${labels}/one`);
  expect(await api(`DELETE ${labels}/one`)).toMatchObject({ status: 404, body: { message: 'Label does not exist' } });
  const comment = await api(`POST /repos/playhouse/cart/issues/${world.issue}/comments`, { body: 'a' });
  await api(`PATCH /repos/playhouse/cart/issues/comments/${String(dig(comment.body, 'id'))}`, { body: 'b' });
  await world.github.settled();
  expect(receiver.names().toSorted()).toEqual([
    'issue_comment.created',
    'issue_comment.edited',
    'issues.labeled',
    'issues.labeled',
    'issues.unlabeled',
  ]);
  expect(receiver.arrived.map(({ payload }) => dig(payload, 'sender.login'))).toEqual(Array(5).fill('troupe[bot]'));
  const events = await api(`GET /repos/playhouse/cart/issues/${world.issue}/events`);
  expect(events.body).toMatchObject([
    { event: 'labeled', label: { name: 'one' }, actor: { login: 'troupe[bot]' } },
    { event: 'labeled', label: { name: 'two' } },
    { event: 'unlabeled', label: { name: 'one' } },
  ]);
});

test('a delivery that failed is listed and sent again under the same id', async () => {
  const { github, fullName, issue } = world;
  status = 503;
  await github.as('writer').comment(fullName, issue, 'hello');
  await github.settled();
  status = 202;
  const app = apiClient(github, jwtOf(world.app));
  const listed = await app('GET /app/hook/deliveries?per_page=1');
  expect(listed.body).toMatchObject([
    {
      event: 'issue_comment',
      action: 'created',
      status_code: 503,
      redelivery: false,
      installation_id: world.installationId,
    },
  ]);
  const id = String(dig(listed.body, '0.id'));
  const detail = await app(`GET /app/hook/deliveries/${id}`);
  expect(detail.body).toMatchObject({ request: { payload: { comment: { body: 'hello' } } }, response: {} });
  expect((await app(`POST /app/hook/deliveries/${id}/attempts`)).status).toBe(202);
  await github.settled();
  expect(receiver.arrived.map((one) => one.id)).toEqual([dig(listed.body, '0.guid'), dig(listed.body, '0.guid')]);
});

test('deliveries are listed newest first in pages that a cursor leads through', async () => {
  const { github, fullName, issue } = world;
  for (let n = 0; n < 5; n += 1) await github.as('writer').comment(fullName, issue, `${n}`);
  await github.settled();
  const app = apiClient(github, jwtOf(world.app));
  const seen: unknown[] = [];
  let next: string | undefined = 'GET /app/hook/deliveries?per_page=2';
  while (next !== undefined) {
    const page = await app(next);
    seen.push(dig(page.body, '0.id'), dig(page.body, '1.id'));
    const [, following] = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '') ?? [];
    next = following === undefined ? undefined : `GET ${following}`;
  }
  const ids = seen.filter((id) => id !== undefined);
  expect(ids).toHaveLength(github.deliveries.length);
  expect(ids).toEqual(github.deliveries.map(({ id }) => id).toReversed());
});

test('deliveries are kept for three days', async () => {
  const clock = createManualClock(Date.now());
  const aged = await createWorld({ clock, webhook: { url: receiver.url, secret: 'secret' } });
  await aged.github.settled();
  const app = apiClient(aged.github, jwtOf(aged.app));
  expect((await app('GET /app/hook/deliveries')).body).toMatchObject([{ event: 'installation' }]);
  clock.advance(3 * 86_400_000 + 1);
  const now = Math.floor(clock.now() / 1000);
  const later = apiClient(aged.github, jwtOf(aged.app, { iat: now, exp: now + 60 }));
  expect((await later('GET /app/hook/deliveries')).body).toEqual([]);
  await aged.close();
});

test('a repository hook sends the same event under an id of its own, without an installation', async () => {
  const { github, fullName, issue } = world;
  github.createRepositoryHook(fullName, { url: receiver.url, secret: 'secret' });
  await github.as('writer').comment(fullName, issue, 'hello');
  await github.settled();
  expect(receiver.names()).toEqual(['issue_comment.created', 'issue_comment.created']);
  expect(new Set(receiver.arrived.map(({ id }) => id)).size).toBe(2);
  const installations = receiver.arrived.map(({ payload }) => dig(payload, 'installation.id'));
  expect(new Set(installations)).toEqual(new Set([world.installationId, undefined]));
});

test('deliveries can be dropped, doubled, and held to arrive in another order', async () => {
  const { github, fullName, issue } = world;
  const writer = github.as('writer');
  github.faults.deliveries({ event: 'issue_comment.created', effect: 'drop', times: 1 });
  await writer.comment(fullName, issue, 'lost');
  await writer.comment(fullName, issue, 'found');
  github.faults.clear();
  github.faults.deliveries({ event: 'issues', effect: 'two-ids', times: 1 });
  github.faults.deliveries({ event: 'issues', effect: 'twice', times: 1 });
  await writer.label(fullName, issue, 'a');
  await writer.label(fullName, issue, 'b');
  await github.settled();
  expect(
    receiver.arrived
      .filter(({ event }) => event === 'issue_comment')
      .map(({ payload }) => dig(payload, 'comment.body')),
  ).toEqual(['found']);
  const labels = receiver.arrived.filter(({ event }) => event === 'issues');
  expect(labels).toHaveLength(4);
  expect(new Set(labels.map(({ id }) => id)).size).toBe(3);

  receiver.arrived.length = 0;
  github.faults.clear();
  github.faults.deliveries({ event: '*', effect: 'hold' });
  await writer.label(fullName, issue, 'c');
  await writer.unlabel(fullName, issue, 'c');
  await github.faults.release((held) => held.toReversed());
  expect(receiver.names()).toEqual(['issues.unlabeled', 'issues.labeled']);
});

test('a delayed delivery arrives when its time has come', async () => {
  const clock = createManualClock(Date.now());
  const slow = await createWorld({ clock, webhook: { url: receiver.url, secret: 'secret' } });
  await slow.github.settled();
  receiver.arrived.length = 0;
  slow.github.faults.deliveries({ event: 'issues.labeled', effect: { delayMs: 60_000 }, times: 1 });
  await slow.github.as('writer').label(slow.fullName, slow.issue, 'late');
  await slow.github.as('writer').unlabel(slow.fullName, slow.issue, 'late');
  await slow.github.until('the second webhook', () => receiver.names()[0]);
  clock.advance(60_000);
  await slow.github.settled();
  expect(receiver.names()).toEqual(['issues.unlabeled', 'issues.labeled']);
  await slow.close();
});

test('the App hears of installations, and of nothing after it was removed', async () => {
  const { github, fullName, issue, installationId } = world;
  const other = await github.createRepository({ owner: 'playhouse', name: 'stage', files: { a: 'b' } });
  await github.addRepositories(installationId, [other.fullName]);
  // webhooks under way at once may arrive in any order
  await github.settled();
  await github.uninstall(installationId);
  await github.as('writer').comment(fullName, issue, 'anybody?');
  await github.settled();
  expect(receiver.names()).toEqual(['installation_repositories.added', 'installation.deleted']);
  expect(receiver.arrived[0]?.payload).toMatchObject({ repositories_added: [{ full_name: 'playhouse/stage' }] });
});
