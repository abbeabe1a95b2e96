// The data directory is gone, and no backup was taken: what GitHub shows of the runs that were lost with it is made honest, and a label starts anew.
import { mkdirSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createMovedClock } from '../support/moved-clock.ts';
import { storyPerTest } from '../support/story-per-test.ts';

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
    approval: { by: [maintainer] }
`;
const slow = `name: Slow
trigger: { labels: ["troupe:slow"] }
steps:
  - { id: think, type: persona-request, persona: lead-engineer }
`;
const quarterMs = 15 * 60_000;

test('a run at a gate and one in the middle are lost: checks are concluded, comments say so, a label starts anew', async () => {
  const clock = createMovedClock();
  const searches: string[] = [];
  const told = await stage({
    files: {
      '.github/troupe.yml': 'verify: []\n',
      '.github/troupe/workflows/release.yml': release,
      '.github/troupe/workflows/slow.yml': slow,
    },
    answers: { think: { status: 'pass', summary: 'Thought.', delay: '10m' } },
    world: { clock },
    bot: { clock, requestLog: ({ path }) => void (path.includes('sort=updated') && searches.push(path)) },
  });
  const { github, repository, fullName, issue, app } = told;
  const other = await github.as('writer').openIssue(fullName, { title: 'Think', body: 'Long.' });
  const ours = (number: number) => repository.comments(number).filter(({ author }) => author === app.botLogin);
  const open = () =>
    repository
      .checkRuns()
      .filter(({ status, conclusion }) => status !== 'completed' || conclusion === 'action_required');
  await told.label('troupe:release');
  await told.until('a gate', ({ status }) => status === 'waiting');
  await github.as('writer').label(fullName, other, 'troupe:slow');
  await github.until('two runs, a request for approval, and a persona at work', () =>
    ours(issue).length >= 2 && ours(other).length > 0 && open().some(({ name }) => name.endsWith('Think'))
      ? true
      : undefined,
  );

  // what is told of both is told: nothing of it comes beside the look below
  for (const { id } of await told.runs()) await told.bot().views.flush(id);
  const before = { checks: open(), comments: [...ours(issue), ...ours(other)] };
  // as after a kill: an end in order writes nothing that a death would not have
  await told.stopBot();
  rmSync(told.dataDir, { recursive: true });
  mkdirSync(told.dataDir, { mode: 0o700 });
  await told.startBot();
  // what is handed over again would begin them anew, and somebody may still be at work on them
  await told.bot().sweep();
  expect({ checks: open(), comments: [...ours(issue), ...ours(other)] }).toEqual(before);
  await told.stopBot();
  clock.set(quarterMs);
  await told.startBot();
  await told.bot().sweep();

  expect(open()).toEqual([]);
  const lost = [...ours(issue), ...ours(other)].map(({ body }) => body);
  expect(lost).toHaveLength(3);
  for (const body of lost) {
    expect(body).toMatch(/^<!-- troupe:run=r[a-z2-7]{15}[^\n]* --><!-- troupe:lost -->\n### ⚠️ This run is lost\n\n/);
    expect(body).toContain('To start again, put the label on once more, or comment `/troupe run <workflow>`');
  }
  // the search was made for good
  expect(searches).toHaveLength(1);
  await told.stopBot();
  clock.set(2 * quarterMs);
  await told.startBot();
  await told.bot().sweep();
  expect(searches).toHaveLength(1);
  expect([...ours(issue), ...ours(other)].map(({ body }) => body)).toEqual(lost);

  await told.label('troupe:release');
  const again = await told.until('another gate', ({ status }) => status === 'waiting');
  expect((await told.runs()).map(({ id }) => id)).toEqual([again.id]);
  await told.bot().views.flush(again.id);
  const shown = ours(issue).find(({ body }) => body.startsWith(`<!-- troupe:run=${again.id} -->`))?.body;
  expect(shown).toContain('waiting for approval');
  expect(shown).not.toContain('lost');
});
