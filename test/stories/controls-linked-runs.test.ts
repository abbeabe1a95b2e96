// Runs that go on where another one ended: retry, rerun, follow-up, and a review that asks for changes. Same branch, same pull request.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Json } from '../../src/support/index.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import { goodAnswers } from '../support/story.ts';
import type { Story } from '../support/story.ts';
import { eventually } from '../support/patience.ts';

const tell = storyPerTest();

/** What the engineer answers from now on. */
function nextAnswer(told: Story, answer: Json): void {
  writeFileSync(join(told.dir, 'answers.yml'), JSON.stringify({ ...goodAnswers, 'lead-engineer': answer }));
}

const qaFails = { 'qa-engineer': { status: 'fail', summary: 'The discount is wrong.' } };

test('Retry on the failed check: QA runs again, what was done before it is taken over', async () => {
  const told = await tell({ answers: qaFails });
  await told.label();
  const first = await told.ended();
  const pull = await told.pull();
  const qa = told.checks(pull?.headSha ?? '').get('troupe / project-loop / QA');
  await told.github.as('writer').clickCheckAction(told.fullName, qa?.id ?? 0, 'retry');
  const second = await told.linked();
  expect(second.spec.followUp).toMatchObject({ run: first.id, kind: 'retry', rerunFrom: 'qa' });
  const ran = await told.started(second.id);
  expect(ran).toContain('qa');
  expect(ran.filter((step) => ['plan', 'evaluate-plan', 'implement'].includes(step ?? ''))).toEqual([]);
  expect(second.steps.get('implement' as never)?.reusedFrom).toMatchObject({ run: first.id });
  expect(second.facts.branch).toBe(first.facts.branch);
  expect((await told.repository.pullRequests()).map(({ number }) => number)).toEqual([pull?.number]);
});

test('a reader may not press Retry: one line says so, nothing starts', async () => {
  const told = await tell({ answers: qaFails });
  await told.label();
  await told.ended();
  await told.github.as('reader').comment(told.fullName, told.issue, '/troupe retry');
  await told.github.until('a refusal', async () =>
    told.comments().find(({ body }) => body.startsWith('@reader, `/troupe retry` needs write permission')),
  );
  expect(await told.runs()).toHaveLength(1);
});

test('a review that asks for changes is worked on in the same pull request, and each thread is answered', async () => {
  const told = await tell();
  await told.label();
  const first = await told.ended();
  expect(first.status).toBe('succeeded');
  nextAnswer(told, { status: 'pass', summary: 'Said why in a note.', edits: { 'notes.md': 'Quantity counts.\n' } });
  const pull = await told.pull();
  const review = await told.github.as('maintainer').review(told.fullName, pull?.number ?? 0, {
    event: 'REQUEST_CHANGES',
    body: 'Almost.',
    comments: [{ path: 'src/cart.js', line: 2, body: 'Say why in a note.' }],
  });
  const second = await told.linked();
  expect(second.spec.followUp).toMatchObject({
    run: first.id,
    kind: 'review',
    review: {
      id: review,
      author: 'maintainer',
      body: 'Almost.',
      threads: [{ path: 'src/cart.js', body: 'Say why in a note.' }],
    },
  });
  expect(second.status).toBe('succeeded');
  expect(second.facts.branch).toBe(first.facts.branch);
  const after = await told.pull();
  expect(after?.number).toBe(pull?.number);
  expect(await told.repository.file(after?.headRef ?? '', 'notes.md')).toBe('Quantity counts.\n');
  const answers = await told.github.until('an answer in the thread', async () => {
    const said = (await told.pull())?.reviewComments ?? [];
    const ours = said.filter(({ author }) => author === told.app.botLogin);
    return ours.length > 0 ? ours : undefined;
  });
  expect(answers).toHaveLength(1);
  expect(answers[0]?.body).toContain(`Done in ${after?.headSha}`);
  expect(answers[0]?.body).toContain('Said why in a note.');
});

test('a stranger’s review starts nothing', async () => {
  const told = await tell();
  await told.label();
  await told.ended();
  const pull = await told.pull();
  await told.github
    .as('reader')
    .review(told.fullName, pull?.number ?? 0, { event: 'REQUEST_CHANGES', body: 'Rewrite it.' });
  await told.github.settled();
  await eventually(async () => {
    const entries = await told.bot().store.inbox.about(told.fullName, pull?.number ?? 0, 50);
    const review = entries.find(({ event }) => event === 'pull_request_review');
    expect([review?.state, review?.lastError?.split('\n')[0]]).toEqual([
      'ignored',
      'reader has read permission, write is needed',
    ]);
  });
  expect(await told.runs()).toHaveLength(1);
});

test('a follow-up goes on in the same pull request with what was written', async () => {
  const told = await tell();
  await told.label();
  const first = await told.ended();
  nextAnswer(told, { status: 'pass', summary: 'Wrote it down.', edits: { 'notes.md': 'Quantity counts.\n' } });
  await told.github.as('writer').comment(told.fullName, told.issue, '/troupe followup Write it down,\nin notes.md');
  const second = await told.linked();
  expect(second.spec.followUp).toMatchObject({ run: first.id, kind: 'followup', text: 'Write it down,\nin notes.md' });
  expect(second.status).toBe('succeeded');
  expect(await told.repository.file(first.facts.branch ?? '', 'notes.md')).toBe('Quantity counts.\n');
});
