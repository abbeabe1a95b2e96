import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';

const stage = storyPerTest();

const tell = (): Promise<Story> =>
  stage({ files: { '.github/troupe.yml': 'verify:\n  - [node, test/cart.test.js]\n' } });

/** One run, one comment, one pull request, each check once. */
async function expectOnce(told: Story): Promise<void> {
  const run = await told.ended();
  expect(run.status).toBe('succeeded');
  expect(await told.runs()).toHaveLength(1);
  expect(await told.repository.pullRequests()).toHaveLength(1);
  expect(told.repository.comments(told.issue)).toHaveLength(1);
  const names = told.repository.checkRuns().map(({ name, headSha, externalId }) => `${headSha} ${name} ${externalId}`);
  expect(new Set(names).size).toBe(names.length);
  expect(run.usage.personaRuns).toBe(6);
  expect((await told.bot().store.counts()).deliveries).not.toHaveProperty('dead');
}

test('the same delivery fifty times at once starts one run', async () => {
  const told = await tell();
  told.github.faults.deliveries({ event: 'issues.labeled', effect: 'drop' });
  await told.label();
  const delivery = told.github.deliveries.find(({ event, action }) => event === 'issues' && action === 'labeled');
  const body = JSON.stringify(delivery?.payload);
  const answers = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const response = await fetch(`${told.bot().url}/api/github/webhooks`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-github-delivery': delivery?.guid ?? '',
          'x-github-event': 'issues',
          'x-hub-signature-256': `sha256=${createHmac('sha256', told.secret).update(body).digest('hex')}`,
        },
        body,
      });
      const answer: unknown = await response.json();
      return { status: response.status, answer };
    }),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(answers.filter(({ answer }) => JSON.stringify(answer) === '{"stored":true}')).toHaveLength(1);
  await expectOnce(told);
});

test('the same event under two delivery ids starts one run', async () => {
  const told = await tell();
  told.github.faults.deliveries({ event: 'issues.labeled', effect: 'two-ids' });
  await told.label();
  await expectOnce(told);
  const ids = told.github.deliveries.filter(({ action }) => action === 'labeled').map(({ guid }) => guid);
  expect(new Set(ids).size).toBe(2);
});

test('every event of the story twice, and every one under two ids: still one of each', async () => {
  const told = await tell();
  told.github.faults.deliveries({ event: 'issues.labeled', effect: 'twice' });
  told.github.faults.deliveries({ event: '*', effect: 'two-ids' });
  await told.label();
  await expectOnce(told);
});
