// Tokens that end and installations that are slow or limited: the others never notice.
import { afterEach, expect, test } from 'vitest';
import { createGitHubApp } from '../../src/github/index.ts';
import type { GitHubApp } from '../../src/github/index.ts';
import type { DemoWorld } from '../../src/local-github/index.ts';
import { createRedactor, messageOf, silentLogger, systemClock, defined } from '../../src/support/index.ts';
import type { Clock } from '../../src/support/index.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { createWorld } from '../support/github.ts';
import { allowedMs } from '../support/patience.ts';

let world: (DemoWorld & { close(): Promise<void> }) | undefined;
afterEach(async () => {
  await world?.close();
});

function appOf(told: DemoWorld, clock: Clock, signal?: AbortSignal): GitHubApp {
  return createGitHubApp({
    appId: String(told.app.appId),
    privateKey: told.app.privateKey,
    baseUrl: told.github.apiUrl,
    clock,
    log: silentLogger,
    redactor: createRedactor(),
    ...defined({ signal }),
  });
}

test('three hours of work with tokens that live a minute: nothing fails, and no token is used after its end', async () => {
  const clock = createManualClock(Date.now());
  const told = (world = await createWorld({ clock, tokenLifetimeMs: 60_000 }));
  const app = appOf(told, clock);
  const api = app.repository(told.installationId, 'playhouse', 'cart');
  const failures: string[] = [];
  const gitTokens = new Set<string>();
  const comment = await api.createComment(told.issue, 'Working');
  for (let step = 0; step < 540; step += 1) {
    clock.advance(20_000);
    try {
      if (step % 3 === 0) await api.updateComment(comment.id, `Minute ${step / 3}`);
      else await api.issue(told.issue);
      gitTokens.add(await app.gitToken(told.installationId, told.repository.id));
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  expect(failures).toEqual([]);
  expect(told.github.requests.filter(({ status }) => status >= 400)).toEqual([]);
  expect(gitTokens.size).toBeGreaterThanOrEqual(180);
  expect(told.repository.comments(told.issue).at(-1)?.body).toBe('Minute 179');
});

test('20 installations with 5 comments each at once are through in 20 seconds, though one of them is limited and one slow', async () => {
  const told = (world = await createWorld());
  const { github } = told;
  const ending = new AbortController();
  const app = appOf(told, systemClock, ending.signal);
  const places: { readonly owner: string; readonly issue: number; readonly installation: number }[] = [];
  for (let count = 0; count < 22; count += 1) {
    const owner = `owner-${count}`;
    github.createUser(owner);
    await github.createRepository({ owner, name: 'shop', files: { 'a.txt': 'a\n' } });
    const issue = await github.as(owner).openIssue(`${owner}/shop`, { title: 'Slow' });
    places.push({ owner, issue, installation: await github.install(told.app.slug, owner) });
  }
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
  const limited = {
    status: 403,
    message: 'You have exceeded a secondary rate limit',
    headers: { 'retry-after': '600' },
  };
  github.faults.answer({ route, repository: 'owner-0/shop', when: 'before', answer: limited, times: 5 });
  github.faults.answer({ route, repository: 'owner-1/shop', when: 'before', answer: 'hang', times: 5 });
  const startedAt = Date.now();
  const five = ({ owner, issue, installation }: (typeof places)[number]): Promise<unknown> =>
    Promise.all(
      [1, 2, 3, 4, 5].map((n) => app.repository(installation, owner, 'shop').createComment(issue, `Comment ${n}`)),
    );
  const suffering = Promise.allSettled(places.slice(0, 2).map(five));
  await Promise.all(places.slice(2).map(five));
  const tookMs = Date.now() - startedAt;
  process.stdout.write(`100 comments of 20 installations: ${tookMs} ms\n`);
  expect(tookMs).toBeLessThan(allowedMs(20_000));
  for (const { owner, issue } of places.slice(2)) {
    const bodies = github
      .repository(`${owner}/shop`)
      .comments(issue)
      .map(({ body }) => body);
    expect(bodies.toSorted()).toEqual([1, 2, 3, 4, 5].map((n) => `Comment ${n}`));
  }
  const answered = github.requests.filter((one) => one.route === route);
  const limitedOnes = answered.filter(({ installation }) => installation === places[0]?.installation);
  expect(limitedOnes.every(({ status }) => status === 403)).toBe(true);
  ending.abort();
  await suffering;
});
