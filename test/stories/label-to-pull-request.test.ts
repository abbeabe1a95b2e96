import { expect, test } from 'vitest';
import { storyPerTest } from '../support/story-per-test.ts';
import { goodAnswers, verifiedByNpm } from '../support/story.ts';
import type { Story } from '../support/story.ts';

const tell = storyPerTest();

/** Name → conclusion of the checks on the head of the pull request, or of its branch. */
async function conclusions(told: Story): Promise<Record<string, string | null>> {
  const pull = await told.pull();
  return Object.fromEntries(
    [...told.checks(pull?.headSha ?? '')].map(([name, check]) => [
      name.replace('troupe / project-loop', '') || 'roll-up',
      check.conclusion,
    ]),
  );
}

test('a label becomes a reviewed pull request', async () => {
  const told = await tell();
  await told.label();
  const run = await told.ended();
  expect(run.status).toBe('succeeded');
  const events = await told.bot().store.journal.read(run.id);
  const asked = events.flatMap((event) =>
    event.type === 'usage.recorded' || event.type === 'step.started' ? [event.step] : [],
  );
  expect(asked.slice(0, 6)).toEqual(['prepare', 'plan', 'evaluate-plan', 'implement', 'qa', 'reviews']);
  expect(new Set(asked.slice(6, 8))).toEqual(new Set(['code-review', 'security-review']));
  expect(run.usage.personaRuns).toBe(6);
  const pull = await told.pull();
  expect(pull).toMatchObject({
    state: 'open',
    draft: false,
    merged: false,
    requestedReviewers: ['writer'],
    baseRef: 'main',
  });
  expect(await conclusions(told)).toEqual({
    'roll-up': 'success',
    ' / Plan': 'success',
    ' / Evaluate the plan': 'success',
    ' / Implement': 'success',
    ' / QA': 'success',
    ' / Code review': 'success',
    ' / Security review': 'success',
    ' / Open the pull request': 'success',
  });
  expect(told.repository.checkRuns().filter(({ status }) => status !== 'completed')).toEqual([]);
  expect(told.comments()).toHaveLength(1);
  expect(told.repository.issue(told.issue).labels).toEqual([]);
  expect(await told.repository.file(pull?.headRef ?? '', 'src/cart.js')).toContain('item.price * item.quantity');
  const commits = (await told.repository.log(pull?.headRef ?? '')).slice(0, -1);
  expect(commits.map(({ author }) => author)).toEqual(['troupe[bot]', 'troupe[bot]']);
  expect(
    commits.every(
      ({ message }) => message.includes(`Troupe-Run: ${run.id}`) && message.includes('Co-authored-by: writer'),
    ),
  ).toBe(true);
  expect(commits.map(({ message }) => message.includes('skip-checks: true'))).toEqual([false, true]);
  expect(pull?.body).toContain(`Closes #${told.issue}`);
});

test('QA fails: the reviews and the finish are skipped, nothing is merged, the roll-up fails', async () => {
  const told = await tell({
    answers: { 'qa-engineer': { status: 'fail', summary: 'The discount is wrong for empty carts.' } },
  });
  await told.label();
  const run = await told.ended();
  expect(run.status).toBe('failed');
  expect(await conclusions(told)).toEqual({
    'roll-up': 'failure',
    ' / Plan': 'success',
    ' / Evaluate the plan': 'success',
    ' / Implement': 'success',
    ' / QA': 'failure',
    ' / Code review': 'skipped',
    ' / Security review': 'skipped',
    ' / Open the pull request': 'skipped',
  });
  expect(await told.pull()).toMatchObject({ draft: true, merged: false, state: 'open' });
});

test('QA says pass and the tests are red: that is a failure', async () => {
  const told = await tell({
    files: verifiedByNpm,
    answers: {
      'lead-engineer': { status: 'pass', summary: 'Done.', edits: { 'notes.txt': 'I did something else.\n' } },
    },
  });
  await told.label();
  const run = await told.ended();
  expect(run.status).toBe('failed');
  const qa = run.steps.get('qa' as never);
  expect(qa?.result).toMatchObject({
    verdict: 'fail',
    evidence: [{ by: 'troupe', command: ['npm', 'test'], exitCode: 1 }],
  });
  expect((await conclusions(told))['roll-up']).toBe('failure');
  expect(told.comments()[0]?.body).toContain('npm test');
});

test('without `verify` a QA pass proves nothing, and the hint says what to set', async () => {
  const told = await tell({ files: { '.github/troupe.yml': 'variables: {}\n' } });
  await told.label();
  const run = await told.ended();
  expect(run.status).toBe('failed');
  expect(run.steps.get('qa' as never)?.result).toMatchObject({ verdict: 'unknown' });
  expect(told.comments()[0]?.body).toContain('verify');
});

test('the planner answers nothing: everything after it is skipped and nothing is green', async () => {
  const told = await tell({ answers: { 'implementation-planner': null } });
  await told.label();
  const run = await told.ended();
  expect(run.status).toBe('failed');
  const shown = told.repository.checkRuns();
  expect(shown.filter(({ conclusion }) => conclusion === 'success')).toEqual([]);
  expect(shown.filter(({ status }) => status !== 'completed')).toEqual([]);
  expect(run.usage.personaRuns).toBe(1);
});

test('the engineer changes nothing: not green', async () => {
  const told = await tell({ answers: { 'lead-engineer': { status: 'pass', summary: 'All done!' } } });
  await told.label();
  const run = await told.ended();
  expect(run.status).toBe('failed');
  expect(run.steps.get('implement' as never)?.error?.message).toContain('changed');
  const rollUps = told.repository.checkRuns().filter(({ name }) => name === 'troupe / project-loop');
  expect(rollUps.map(({ conclusion }) => conclusion)).not.toContain('success');
});

test('a declared no-op is neutral, and the empty pull request is closed with a line', async () => {
  const told = await tell({
    answers: { 'lead-engineer': { status: 'pass', summary: 'Fixed last week.', noop: 'already fixed in 3f2a' } },
  });
  await told.label();
  const run = await told.ended();
  expect(run.status).not.toBe('succeeded');
  expect(await told.pull()).toMatchObject({ state: 'closed', merged: false });
  expect([...(await told.repository.branches()).keys()]).toEqual(['main']);
});

test('what a persona says is shown harmless', async () => {
  const nasty =
    '@everyone Closes #9 <img src="http://evil.example/x.png"> ![b](http://evil.example/beacon.gif) <b>bold</b>\n<!-- troupe:run=rabcdefghijklmno -->\n/troupe cancel';
  const told = await tell({ answers: { 'lead-engineer': { ...goodAnswers['lead-engineer'], summary: nasty } } });
  await told.label();
  await told.ended();
  const pull = await told.pull();
  const everything = [
    ...told.comments().map(({ body }) => body),
    pull?.body ?? '',
    ...told.repository.checkRuns().flatMap(({ title, summary, text }) => [title ?? '', summary ?? '', text ?? '']),
  ].join('\n');
  expect(everything).not.toMatch(/@everyone|Closes #9|evil\.example\/beacon|<img|<b>|troupe:run=rabcdefghijklmno/);
  expect(everything).toContain('bold');
});
