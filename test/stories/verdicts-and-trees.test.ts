// A verdict is about the tree it judged (decision 5): what may change after it, what may not, and how it is judged again.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunState } from '../../src/engine/index.ts';
import type { RepositoryApi } from '../../src/github/index.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import { goodAnswers } from '../support/story.ts';
import type { Answers, Story, StoryOptions } from '../support/story.ts';

const stage = storyPerTest();

/** Engineer, QA, then somebody who writes after the judgement. */
const written = `name: Build
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - { id: qa, type: persona-request, persona: qa-engineer, dependencies: [implement], unjudged: ["docs/**"] }
  - { id: write, type: persona-request, persona: documentation-writer, dependencies: [qa] }
  - { id: finish, name: Finish, type: git-operation, operation: open-pull-request, dependencies: [write] }
`;

async function tell(options: StoryOptions & { readonly workflow?: string } = {}): Promise<Story> {
  const { workflow = written, ...rest } = options;
  const story = await stage({
    ...rest,
    files: {
      '.github/troupe/workflows/build.yml': workflow,
      '.github/troupe.yml': 'verify:\n  - [node, test/cart.test.js]\n',
    },
  });
  await story.label('troupe:build');
  return story;
}

const writes = (edits: Record<string, string>): Answers => ({
  'documentation-writer': { status: 'pass', summary: 'Written.', edits },
});

async function rollupOf(told: Story, head: string) {
  return told.github.until(`the roll-up on ${head}`, async () => {
    const found = told.checks(head).get('troupe / build');
    return found?.status === 'completed' ? found : undefined;
  });
}

test('docs written after QA, inside `unjudged`: the pull request is finished', async () => {
  const told = await tell({ answers: writes({ 'docs/cart.md': 'Quantity counts.\n' }) });
  expect(await told.ended()).toMatchObject({ status: 'succeeded' });
  expect(await told.pull()).toMatchObject({ draft: false });
});

test('code written after QA: not finished; “Judge again” has it judged, and then it is', async () => {
  const told = await tell({ answers: writes({ 'src/extra.js': 'export const extra = 1;\n' }) });
  const first = await told.ended();
  expect(first).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining('Cannot run "Finish": "Qa" judged other files than the branch has now'),
  });
  expect(await told.pull()).toMatchObject({ draft: true });
  expect(first.reason).toContain('(since then changed: src/extra.js)');
  expect(told.comments()[0]?.body).toContain(
    'Files that need no judgement stand under `unjudged` of the step that judges.',
  );
  const head = first.facts.headSha ?? '';
  const rollup = await rollupOf(told, head);
  expect(rollup).toMatchObject({ conclusion: 'action_required' });
  expect(rollup.actions.map(({ label }) => label)).toEqual(['Judge again', 'Rerun all']);
  // nobody writes after the judge this time
  writeFileSync(
    join(told.dir, 'answers.yml'),
    JSON.stringify({
      ...goodAnswers,
      'documentation-writer': { status: 'pass', summary: 'It is all there.', noop: 'Nothing to add.' },
    }),
  );
  await told.github.as('writer').clickCheckAction(told.fullName, rollup.id, 'judge-again');
  const second = await told.linked();
  expect(second).toMatchObject({ status: 'succeeded', spec: { followUp: { run: first.id, rerunFrom: 'qa' } } });
  expect(second.steps.get('implement' as never)?.reusedFrom).toMatchObject({ run: first.id });
  expect(await told.pull()).toMatchObject({ draft: false });
});

const plain = `name: Build
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - { id: qa, name: QA, type: persona-request, persona: qa-engineer, dependencies: [implement] }
  - { id: finish, type: git-operation, operation: open-pull-request, dependencies: [qa] }
`;

test('a stranger pushes: the roll-up on the new head asks for a person, and “Judge again” judges that head', async () => {
  const told = await tell({ workflow: plain });
  const first = await told.ended();
  expect(first.status).toBe('succeeded');
  const branch = first.facts.branch ?? '';
  const pushed = await told.github.as('maintainer').pushCommit(told.fullName, branch, {
    message: 'A word more',
    files: { 'src/word.js': 'export const word = 2;\n' },
  });
  const rollup = await rollupOf(told, pushed);
  expect(rollup).toMatchObject({ conclusion: 'action_required', title: 'Not judged: somebody else pushed' });
  await told.github.as('writer').clickCheckAction(told.fullName, rollup.id, 'judge-again');
  const second = await told.linked();
  expect(second).toMatchObject({ status: 'succeeded', spec: { followUp: { run: first.id, rerunFrom: 'qa' } } });
  expect(second.steps.get('qa' as never)?.result).toMatchObject({ verdict: 'pass', sha: pushed });
  const judged = told.repository
    .checkRuns(pushed)
    .filter(({ name }) => name === 'troupe / build')
    .map(({ conclusion }) => conclusion);
  expect(judged).toEqual(['action_required', 'success']);
  expect(await told.repository.file(branch, 'src/word.js')).toContain('word = 2');
});

const gated = `name: Build
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - { id: qa, type: persona-request, persona: qa-engineer, dependencies: [implement] }
  - { id: go, type: approval, message: Go on?, dependencies: [qa] }
  - { id: finish, type: git-operation, operation: open-pull-request, dependencies: [go] }
`;

test('a stranger pushes while the run waits: judged again in the same run, which then asks about that head', async () => {
  const told = await tell({ workflow: gated });
  const asking = async (sha?: string): Promise<RunState> =>
    told.github.until('the run to ask', async () => {
      const [run] = await told.runs();
      const state = run === undefined ? undefined : await told.state(run.id);
      const gate = state?.steps.get('go' as never)?.approval;
      return gate?.isOpen === true && (sha === undefined || gate.sha === sha) ? state : undefined;
    });
  const before = await asking();
  const pushed = await told.github.as('maintainer').pushCommit(told.fullName, before.facts.branch ?? '', {
    message: 'More',
    files: { 'src/more.js': 'export {};\n' },
  });
  const rollup = await rollupOf(told, pushed);
  await told.github.as('writer').clickCheckAction(told.fullName, rollup.id, 'judge-again');
  const after = await asking(pushed);
  expect(after.steps.get('qa' as never)?.result).toMatchObject({ verdict: 'pass', sha: pushed });
  await told.github.as('writer').comment(told.fullName, told.issue, `/troupe approve go @${pushed}`);
  expect(await told.ended()).toMatchObject({ status: 'succeeded' });
  expect(await told.runs()).toHaveLength(1);
  expect(await told.pull()).toMatchObject({ draft: false, headSha: pushed });
});

test('a reader may not have it judged again', async () => {
  const told = await tell({ workflow: plain });
  const first = await told.ended();
  const pushed = await told.github
    .as('maintainer')
    .pushCommit(told.fullName, first.facts.branch ?? '', { message: 'More', files: { 'a.txt': 'a\n' } });
  const rollup = await rollupOf(told, pushed);
  await expect(told.github.as('reader').clickCheckAction(told.fullName, rollup.id, 'judge-again')).rejects.toThrow(
    'needs write',
  );
  expect(await told.runs()).toHaveLength(1);
});

const merging = (gate: string): string => `name: Build
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - { id: qa, type: persona-request, persona: qa-engineer, dependencies: [implement] }
  - { id: merge, type: git-operation, operation: finalize, merge: true, dependencies: [qa]${gate} }
`;

test('a merge without an approval and without `allow_auto_merge`: the workflow file is an error, nothing starts', async () => {
  const told = await tell({ workflow: merging('') });
  const answer = await told.github.until('the mistake', async () =>
    told.comments().find(({ body }) => body.startsWith('Nothing was started')),
  );
  expect(answer.body).toContain('`.github/troupe/workflows/build.yml` line 5');
  expect(answer.body).toContain('`finalize` merges, and nobody has approved');
  expect(await told.runs()).toEqual([]);
});

test('where the operator allows it, the merge names the commit that was judged', async () => {
  const merges: unknown[] = [];
  const told = await tell({
    workflow: merging(''),
    serverFile: { allowAutoMerge: ['playhouse/*'] },
    bot: { wrap: { app: (app) => ({ ...app, repository: (...at) => heard(app.repository(...at), merges) }) } },
  });
  expect(await told.ended()).toMatchObject({ status: 'succeeded' });
  const pull = await told.pull();
  expect(pull).toMatchObject({ merged: true });
  expect(merges).toEqual([expect.objectContaining({ sha: pull?.headSha })]);
});

/** The API, with what merges ask for. */
function heard(api: RepositoryApi, merges: unknown[]): RepositoryApi {
  const mergePullRequest: RepositoryApi['mergePullRequest'] = (number, how) => {
    merges.push(how);
    return api.mergePullRequest(number, how);
  };
  return new Proxy(api, {
    get: (target, key) => (key === 'mergePullRequest' ? mergePullRequest : Reflect.get(target, key)),
  });
}
