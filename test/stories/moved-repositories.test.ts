// A repository gets another name or another account while a run works in it: the run goes on there, and leaves whoever has the old name now alone.
import { expect, test } from 'vitest';
import { isRunOver } from '../../src/engine/index.ts';
import type { RunState } from '../../src/engine/index.ts';
import type { RepositoryView } from '../../src/local-github/index.ts';
import { eventually } from '../support/patience.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';

const stage = storyPerTest();

/** Builds, waits for a person, then finishes. */
const gated = `name: Build
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - { id: go, type: approval, message: Go on?, dependencies: [implement] }
  - { id: finish, type: git-operation, operation: open-pull-request, dependencies: [go] }
`;

/** A run that waits at its gate. */
async function waiting(): Promise<{ readonly told: Story; readonly run: RunState }> {
  const told = await stage({
    files: { '.github/troupe/workflows/build.yml': gated, '.github/troupe.yml': '' },
    serverFile: { allow: ['playhouse/*', 'newhouse/*'] },
  });
  await told.label('troupe:build');
  const run = await told.github.until('the run to ask', async () =>
    (await told.runs()).find(({ status }) => status === 'waiting'),
  );
  await told.bot().views.flush(run.id);
  await told.github.settled();
  return { told, run: await told.state(run.id) };
}

/** Somebody else's repository that is called as ours was, with an issue of the same number. */
async function namesake({ github, fullName, issue }: Story): Promise<RepositoryView> {
  const [owner = '', name = ''] = fullName.split('/');
  const other = await github.createRepository({ owner, name, files: { 'README.md': '# Another cart\n' } });
  for (let n = 1; n <= issue; n += 1) await github.as(owner).openIssue(fullName, { title: `Issue ${n}` });
  return other;
}

/** Approves under the new name, and waits for the end. */
async function approved(told: Story, run: RunState, fullName: string): Promise<RunState> {
  const from = told.github.requests.length;
  await told.github.as('writer').comment(fullName, told.issue, '/troupe approve');
  await eventually(async () => {
    const status = (await told.runs()).find(({ id }) => id === run.id)?.status ?? 'queued';
    expect([status, isRunOver(status)]).toEqual([status, true]);
  });
  await told.bot().views.flush(run.id);
  await told.github.settled();
  // nothing is sent on, and nothing asks for what is not there, again and again
  const astray = told.github.requests.slice(from).filter(({ status }) => status === 301);
  expect(astray.map(({ path }) => path)).toEqual([]);
  return told.state(run.id);
}

async function isUntouched(other: RepositoryView): Promise<void> {
  expect([other.comments(), other.checkRuns(), await other.pullRequests()]).toEqual([[], [], []]);
  expect([...(await other.branches()).keys()]).toEqual(['main']);
}

async function isFinishedIn(told: Story, run: RunState, fullName: string): Promise<void> {
  const repository = told.github.repository(fullName);
  const pulls = await repository.pullRequests();
  expect(pulls.map(({ number, draft }) => [number, draft])).toEqual([[run.facts.pullRequest?.number, false]]);
  expect(await repository.file(run.facts.branch ?? '', 'src/cart.js')).toContain('item.price * item.quantity');
  expect(repository.checkRuns().filter(({ status }) => status !== 'completed')).toEqual([]);
}

test('it is renamed while a run waits, and its old name is given away: the run goes on under the new one', async () => {
  const { told, run } = await waiting();
  await told.github.renameRepository(told.fullName, 'basket');
  const other = await namesake(told);
  await told.github.settled();
  expect(await approved(told, run, 'playhouse/basket')).toMatchObject({ status: 'succeeded' });
  await isFinishedIn(told, run, 'playhouse/basket');
  await isUntouched(other);
});

test('it is renamed while no bot runs, and nobody tells: the next one finds it by its id', async () => {
  const { told, run } = await waiting();
  await told.stopBot();
  await told.github.renameRepository(told.fullName, 'basket');
  const other = await namesake(told);
  await told.github.settled();
  await told.startBot({ wrap: {} });
  expect(await approved(told, run, 'playhouse/basket')).toMatchObject({ status: 'succeeded' });
  await isFinishedIn(told, run, 'playhouse/basket');
  await isUntouched(other);
});

test('it moves to another account that has the App: the run goes on there', async () => {
  const { told, run } = await waiting();
  const { github } = told;
  github.createUser('newhouse');
  await github.install(told.app.slug, 'newhouse');
  await github.transferRepository(told.fullName, 'newhouse');
  const other = await namesake(told);
  await github.removeRepositories(told.installationId, [told.fullName]).catch(() => undefined);
  await github.settled();
  expect(await approved(told, run, 'newhouse/cart')).toMatchObject({ status: 'succeeded' });
  await isFinishedIn(told, run, 'newhouse/cart');
  await isUntouched(other);
});
