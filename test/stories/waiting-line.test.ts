// More runs than may go on at once: who waits is told where it stands, and the more urgent goes first.
import { expect, test } from 'vitest';
import { isRunOver } from '../../src/engine/index.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';

const stage = storyPerTest();

const gated = (group: string, more = ''): string => `name: Look
trigger: { labels: ["look"] }
branch: false
concurrency: { group: "${group}"${more} }
steps:
  - { id: ask, type: approval, message: May it end? }
`;

async function commentOf(told: Story, issue: number, text: RegExp): Promise<string> {
  const found = await told.github.until(`a comment on #${issue} that says ${text.source}`, async () =>
    told.repository
      .comments(issue)
      .find(({ author, body }) => author === told.app.botLogin && text.test(body) && !body.includes('answer-')),
  );
  return found.body.split('\n\n').slice(0, 2).join('\n').replace(/^.*\n/, '');
}

async function openIssue(told: Story, title: string, labels: readonly string[] = []): Promise<number> {
  return told.github.as('writer').openIssue(told.fullName, { title, body: '', labels });
}

async function runOf(told: Story, issue: number): Promise<Awaited<ReturnType<Story['runs']>>[number]> {
  return told.github.until(`a run of #${issue}`, async () =>
    (await told.runs()).find(({ taskNumber }) => taskNumber === issue),
  );
}

/** Until the issue's run waits for a person. */
async function asks(told: Story, issue: number): Promise<void> {
  const isAsking = async (): Promise<true | undefined> => (await runOf(told, issue)).status === 'waiting' || undefined;
  await told.github.until(`the run of #${issue} to ask`, isAsking);
}

test('one run of a group at a time: the sticky comment and the commands say what the others wait for', async () => {
  const told = await stage({ files: { '.github/troupe/workflows/look.yml': gated('all') } });
  const writer = told.github.as('writer');
  await told.label('troupe:look');
  const first = await runOf(told, told.issue);
  await asks(told, told.issue);
  const late = await openIssue(told, 'Later');
  await writer.label(told.fullName, late, 'troupe:look');
  expect(await commentOf(told, late, /queued/)).toBe(
    `### ⏳ Rehearsal: Look is queued: number 1 in line\nIt waits for \`${first.id}\` (#${told.issue}): one run of its group at a time.`,
  );
  const urgent = await openIssue(told, 'Now', ['priority: critical']);
  await writer.label(told.fullName, urgent, 'troupe:look');
  const overtaking = await runOf(told, urgent);
  expect(await commentOf(told, late, /number 2/)).toContain(
    `It waits for \`${first.id}\` (#${told.issue}), \`${overtaking.id}\` (#${urgent})`,
  );
  await writer.comment(told.fullName, late, '/troupe status');
  await told.github.until('the status', async () =>
    told.repository
      .comments(late)
      .find(({ body }) => body.includes(`queued, number 2 in line, waits for \`${first.id}\``)),
  );
  await writer.comment(told.fullName, late, '/troupe explain');
  await told.github.until('the explanation', async () =>
    told.repository.comments(late).find(({ body }) => /Runs:\n- .*: queued, number 2 in line, waits for/.test(body)),
  );
  await writer.comment(told.fullName, told.issue, '/troupe approve');
  await asks(told, urgent);
  expect((await runOf(told, late)).status).toBe('queued');
  expect(await commentOf(told, late, /number 1/)).toContain(`It waits for \`${overtaking.id}\` (#${urgent})`);
  await writer.comment(told.fullName, urgent, '/troupe cancel');
  await asks(told, late);
});

test('`replace` ends the run before, `reject` starts none and says which one goes on', async () => {
  const told = await stage({
    files: {
      '.github/troupe/workflows/look.yml': gated('newest', ', on_conflict: replace'),
      '.github/troupe/workflows/only.yml': gated('only', ', on_conflict: reject'),
    },
  });
  const writer = told.github.as('writer');
  await told.label('troupe:look');
  const first = await runOf(told, told.issue);
  const other = await openIssue(told, 'Another');
  await writer.label(told.fullName, other, 'troupe:look');
  await told.github.until(
    'the first run to end',
    async () => isRunOver((await runOf(told, told.issue)).status) || undefined,
  );
  expect(await told.state(first.id)).toMatchObject({
    status: 'cancelled',
    reason: 'Cancelled by writer: replaced by a new run of look',
  });
  await asks(told, other);

  const third = await openIssue(told, 'A third');
  await writer.label(told.fullName, third, 'troupe:only');
  const holder = await runOf(told, third);
  const fourth = await openIssue(told, 'A fourth');
  await writer.comment(told.fullName, fourth, '/troupe run only');
  const refusal = await told.github.until('a refusal', async () =>
    told.repository.comments(fourth).find(({ body }) => body.startsWith('`only` was not started')),
  );
  expect(refusal.body).toContain(`\`${holder.id}\` is still going on here`);
  expect((await told.runs()).filter(({ taskNumber }) => taskNumber === fourth)).toEqual([]);
});
