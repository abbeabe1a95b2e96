// A person decides: the run waits on GitHub over a restart, merges what was approved, and ends where it was rejected.
import { expect, test } from 'vitest';
import type { RunState } from '../../src/engine/index.ts';
import type { RunId, StepPath } from '../../src/support/index.ts';
import { troupe } from '../support/cli.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';
import { eventually } from '../support/patience.ts';

const stage = storyPerTest();

const release = `name: Release
trigger: { labels: ["troupe:release"] }
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - id: ship
    type: git-operation
    operation: finalize
    merge: true
    dependencies: [implement]
    approval: { by: [ada] }
`;
/** The same, decided by whoever may approve, but the one who asked. */
const anybody = release.replace('by: [ada]', 'by: [not_requester]');
const ship = 'ship' as StepPath; // an id outside loops

async function untilAsked(workflow = release): Promise<{ told: Story; run: RunId; asked: RunState }> {
  const told = await stage({
    files: { '.github/troupe/workflows/release.yml': workflow, '.github/troupe.yml': 'verify: []\n' },
  });
  await told.label('troupe:release');
  const run = await eventually(async () => {
    const [summary] = await told.runs();
    if (summary?.status !== 'waiting') throw new Error(`the run is ${summary?.status} (${summary?.reason ?? ''})`);
    return summary.id;
  });
  return { told, run, asked: await told.state(run) };
}

async function decide(told: Story, run: RunId, approved: boolean): Promise<RunState> {
  const data = { approved, by: { login: 'ada', from: 'comment' } } as const;
  await told.bot().store.journal.post(run, { type: 'approval.decided', step: ship, data });
  return told.ended();
}

test('a merge waits for approval over a restart, then merges what was approved', async () => {
  const { told, run, asked } = await untilAsked();
  const head = asked.steps.get(ship)?.approval?.sha ?? '';
  await eventually(() => {
    const check = told.checks(head).get('troupe / release / Ship');
    expect(check).toMatchObject({ conclusion: 'action_required' });
    expect(told.comments().some(({ body }) => body.includes(`/troupe approve ship @${head}`))).toBe(true);
  });
  await told.stopBot();
  await told.startBot();
  const ended = await decide(told, run, true);
  expect(ended).toMatchObject({ status: 'succeeded' });
  expect(await told.pull()).toMatchObject({ merged: true });
  expect(told.comments().some(({ body }) => body.includes('was approved by ada'))).toBe(true);
});

test('a rejection ends the run, and nothing is merged', async () => {
  const { told, run } = await untilAsked();
  const ended = await decide(told, run, false);
  expect(ended).toMatchObject({ status: 'failed', reason: 'Step "Ship" failed: Rejected by ada' });
  expect(await told.pull()).toMatchObject({ merged: false, state: 'open' });
});

/** The bot's answer to a comment, and how it reacted. */
async function answerTo(told: Story, comment: number): Promise<{ line: string; reactions: readonly string[] }> {
  return told.github.until(`an answer to comment ${comment}`, async () => {
    const said = told.comments().find(({ id, body }) => id > comment && body.includes('<!-- troupe:answer-'));
    const reactions = told.repository
      .comments(told.issue)
      .filter(({ id }) => id === comment)
      .flatMap((one) => one.reactions.map(({ content }) => content));
    const isDone = reactions.includes('+1') || reactions.includes('confused');
    return said === undefined || !isDone ? undefined : { line: said.body.split('\n')[0] ?? '', reactions };
  });
}

test('approved with the button on the check', async () => {
  const { told, run, asked } = await untilAsked(anybody);
  const head = asked.facts.headSha ?? '';
  const check = await told.github.until('the check that asks', async () =>
    told.checks(head).get('troupe / release / Ship'),
  );
  await told.github.as('maintainer').clickCheckAction(told.fullName, check.id, 'approve');
  expect(await told.ended()).toMatchObject({ status: 'succeeded' });
  expect((await told.state(run)).steps.get(ship)?.approval?.decided?.by).toMatchObject({
    login: 'maintainer',
    from: 'check',
  });
  expect(await told.pull()).toMatchObject({ merged: true });
});

test('approved from the command line beside the running bot', async () => {
  const { told, run } = await untilAsked(anybody);
  const said = await troupe(['approve', run, 'ship', '--data-dir', told.dataDir], { cwd: told.dir });
  expect([said.code, said.stderr]).toEqual([0, '']);
  expect(await told.ended()).toMatchObject({ status: 'succeeded' });
  expect((await told.state(run)).steps.get(ship)?.approval?.decided?.by.from).toBe('cli');
});

test('who may not approve gets 😕 and a line: the requester where the file says so, and who is not named', async () => {
  const { told, run } = await untilAsked(anybody);
  const own = await told.github.as('writer').comment(told.fullName, told.issue, '/troupe approve');
  const refused = await answerTo(told, own);
  expect(refused.reactions).toContain('confused');
  expect(refused.line).toContain('@writer');
  const reader = await told.github.as('reader').comment(told.fullName, told.issue, '/troupe approve');
  expect(await answerTo(told, reader)).toMatchObject({
    line: '@reader, `/troupe approve` needs write permission; you have read permission here.',
    reactions: expect.arrayContaining(['confused']),
  });
  expect((await told.state(run)).steps.get(ship)?.approval?.decided).toBeUndefined();
});

test('a push between request and approval: refused with the line to copy; the copied line is followed', async () => {
  const { told, run, asked } = await untilAsked(anybody);
  const before = asked.facts.headSha ?? '';
  const pushed = await told.github
    .as('maintainer')
    .pushCommit(told.fullName, asked.facts.branch ?? '', { message: 'A word', files: { 'WORD.md': 'Word.\n' } });
  const first = await told.github.as('maintainer').comment(told.fullName, told.issue, '/troupe approve');
  const line = `/troupe approve ship @${pushed}`;
  expect(await answerTo(told, first)).toMatchObject({
    line: `Not approved: the branch moved from \`${before.slice(0, 7)}\` to \`${pushed.slice(0, 7)}\` since the approval was asked for. Look at what changed, then: \`${line}\``,
    reactions: expect.arrayContaining(['confused']),
  });
  await told.github.as('maintainer').comment(told.fullName, told.issue, line);
  expect(await told.ended()).toMatchObject({ status: 'succeeded' });
  expect((await told.state(run)).steps.get(ship)?.approval?.decided?.sha).toBe(pushed);
  expect(await told.repository.file('main', 'WORD.md')).toBe('Word.\n');
});

test('the workflow file has changed since: it is mentioned, and the run goes on with the one it started with', async () => {
  const { told } = await untilAsked(anybody);
  await told.github.as('admin').pushCommit(told.fullName, 'main', {
    message: 'No merge any more',
    files: { '.github/troupe/workflows/release.yml': anybody.replace('merge: true', 'merge: false') },
  });
  const comment = await told.github.as('maintainer').comment(told.fullName, told.issue, '/troupe approve');
  expect((await answerTo(told, comment)).line).toContain(
    '`.github/troupe/workflows/release.yml` has changed since the run started; the run goes on with the definition it started with.',
  );
  expect(await told.ended()).toMatchObject({ status: 'succeeded' });
  expect(await told.pull()).toMatchObject({ merged: true });
});

test('two people at once make one decision, and the second is told whose it is', async () => {
  const { told, run } = await untilAsked(anybody);
  await Promise.all([
    told.github.as('maintainer').comment(told.fullName, told.issue, '/troupe approve'),
    told.github.as('admin').comment(told.fullName, told.issue, '/troupe reject ship Not today'),
  ]);
  await told.ended();
  const events = await told.bot().store.journal.read(run);
  const decided = events.flatMap((event) => (event.type === 'approval.decided' ? [event.data.by.login] : []));
  expect(decided).toHaveLength(1);
  await eventually(() => {
    const lines = told.comments().map(({ body }) => body.split('\n')[0]);
    // the one who came second may also find that the run has ended by then
    expect(lines.some((line) => new RegExp(`by ${decided[0]} already|has ended|Nothing waits`).test(line ?? ''))).toBe(
      true,
    );
  });
});
