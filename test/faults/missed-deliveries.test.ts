// Deliveries that never arrive: found again, handled once, with few requests.
import { afterEach, expect, test } from 'vitest';
import { sleep } from '../../src/support/index.ts';
import { createHurriedClock } from '../support/hurried-clock.ts';
import type { HurriedClock } from '../support/hurried-clock.ts';
import { withoutDriving } from '../support/lost-events.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import { allowedMs } from '../support/patience.ts';

const stage = storyPerTest();
let clock: HurriedClock | undefined;
afterEach(() => clock?.stop());

test('7,000 missed deliveries, 270 of them ours: all handled within five minutes of the start, none twice, with few requests', async () => {
  clock = createHurriedClock();
  const told = await stage({
    world: { clock },
    bot: { clock, wrap: { store: withoutDriving } },
  });
  await told.github.settled();
  await told.bot().sweep();
  await told.stopBot();

  const { github } = told;
  github.createUser('elsewhere', { type: 'Organization' });
  await github.createRepository({ owner: 'elsewhere', name: 'noise', files: { 'a.txt': 'a\n' } });
  await github.install(told.app.slug, 'elsewhere');
  const noisy = await github.as('reader').openIssue('elsewhere/noise', { title: 'Noise' });
  const before = github.deliveries.length;
  for (let count = 0; count < 6_730; count += 1)
    await github.as('reader').comment('elsewhere/noise', noisy, `n${count}`);
  const issues: number[] = [];
  for (let count = 0; count < 10; count += 1)
    issues.push(await github.as('reader').openIssue(told.fullName, { title: `Broken ${count}` }));
  for (let count = 0; count < 240; count += 1)
    await github.as('writer').comment(told.fullName, issues[count % 10] ?? 0, `I think ${count}`);
  for (const issue of issues) {
    await github.as('writer').comment(told.fullName, issue, '/troupe help');
    await github.as('writer').label(told.fullName, issue, 'troupe:project-loop');
  }
  await github.settled();
  const missed = github.deliveries.slice(before);
  expect(missed.length).toBeGreaterThanOrEqual(7_000);
  const ours = missed.filter(({ repositoryId }) => repositoryId === told.repository.id);
  expect(ours).toHaveLength(270);

  await sleep(clock, 30 * 60_000);
  clock.stop();
  const requestsBefore = github.requests.length;
  const startedAt = clock.now();
  const bot = await told.startBot();
  const waiting = ours.map(({ guid }) => guid);
  await github.until('all of them handled', async () => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const state = (await bot.store.inbox.get(next))?.state;
      if (state !== 'done' && state !== 'ignored') return undefined;
      waiting.shift();
    }
    return true;
  });
  const tookMs = clock.now() - startedAt;
  const requests = github.requests.length - requestsBefore;
  process.stdout.write(`7,000 missed deliveries: ${requests} requests, ${Math.round(tookMs / 1000)} s\n`);
  expect(tookMs).toBeLessThan(allowedMs(5 * 60_000));
  expect(requests).toBeLessThan(600);
  const all = await Promise.all(ours.map(({ guid }) => bot.store.inbox.get(guid)));
  expect(all.map((entry) => entry?.attempts)).toEqual(ours.map(() => 1));
  expect(
    (await bot.store.journal.list({ limit: 10 })).items
      .map(({ taskNumber }) => taskNumber)
      .toSorted((a, b) => (a ?? 0) - (b ?? 0)),
  ).toEqual(issues);
  for (const issue of issues) {
    const answers = told.repository.comments(issue).filter(({ author }) => author === told.app.botLogin);
    expect(answers.filter(({ body }) => body.includes('/troupe'))).toHaveLength(1);
  }
  await bot.sweep();
  // what the bot itself writes meanwhile is delivered, too
  const late = await bot.store.inbox.list('new', 300);
  expect(late.filter(({ id }) => ours.some(({ guid }) => guid === id))).toEqual([]);
});
