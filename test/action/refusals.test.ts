// What a job refuses, and what nobody can talk it into: clear errors, nothing written, no command out of people's text.
import { expect, test } from 'vitest';
import { lookWorkflow, rehearse } from './stage.ts';
import type { Stage } from './stage.ts';
import { stagesOf } from './stages.ts';

const set = stagesOf({ orderly: false });

/** Requests that change something. */
function writes(there: Stage): string[] {
  return there.github.requests
    .filter(
      ({ method, path, status }) => method !== 'GET' && status < 300 && !/graphql|access_tokens|upload-pack/.test(path),
    )
    .map(({ method, path }) => `${method} ${path}`);
}

const dispatch = { event: 'workflow_dispatch', payload: {} };

test.each<[what: string, given: Readonly<Record<string, string>>, message: RegExp]>([
  ['an empty token', { ...rehearse, workflow: 'small', 'github-token': ' ' }, /`github-token` is empty/],
  [
    'a bad token',
    { ...rehearse, workflow: 'small', 'github-token': 'ghs_wrongwrongwrongwrongwrong' },
    /token|credentials/i,
  ],
  ['an unknown workflow', { ...rehearse, workflow: 'smal', task: 'x' }, /no workflow `smal`.*Did you mean `small`/],
  ['a file outside', { answers: '../answers.yml', workflow: 'small' }, /`answers` needs a path inside/],
  ['a file that is not there', { answers: 'nothing.yml', workflow: 'small' }, /no such file/],
  ['no number', { ...rehearse, workflow: 'small', 'issue-number': '7x' }, /`issue-number` needs a whole number/],
  ['no provider', { workflow: 'small', task: 'x' }, /Install an agent in a step before this one/],
  ['no such run', { ...rehearse, 'resume-run': 'raaaaaaaaaaaaaaa' }, /no run raaaaaaaaaaaaaaa/],
])('%s: a clear error, exit 1, nothing written', async (_what, given, message) => {
  const there = await set();
  const job = await there.job({ ...dispatch, with: given });
  expect([job.exitCode, job.outputs['conclusion']]).toEqual([1, 'failed']);
  expect(job.annotations.map((one) => one.message).join('\n')).toMatch(message);
  expect(writes(there)).toEqual([]);
  expect(there.repository.comments()).toEqual([]);
});

test('a job that may not push: a clear error before anything is started, nothing written', async () => {
  const there = await set();
  const token = await there.token({ contents: 'read', metadata: 'read', issues: 'read', pull_requests: 'read' });
  const given = { ...rehearse, workflow: 'small', 'issue-number': String(there.issue) };
  const job = await there.job({ ...dispatch, token, with: given });
  expect([job.exitCode, job.outputs['conclusion'], job.outputs['run-id']]).toEqual([1, 'failed', '']);
  const message = job.annotations.at(-1)?.message;
  // told together, and before anything else is tried
  expect(message).toMatch(
    /Cannot push branch troupe\/1-.*: the permission `contents: write` is missing\. Add `contents: write`/,
  );
  expect(message).toMatch(
    /Cannot open a pull request of troupe\/1-.*: the permission `pull-requests: write` is missing/,
  );
  expect(job.log).not.toContain('▸');
  expect(writes(there)).toEqual([]);
});

test.each(['label', 'comment'])('somebody without permission: a %s starts nothing and writes nothing', async (how) => {
  const there = await set();
  const person = there.github.as(how === 'label' ? 'triager' : 'reader');
  if (how === 'label') await person.label(there.fullName, there.issue, 'troupe:small');
  else await person.comment(there.fullName, there.issue, '/troupe run small');
  const event = how === 'label' ? 'issues' : 'issue_comment';
  const payload = await there.payload(event, how === 'label' ? 'labeled' : 'created');
  const job = await there.job({ event, payload, actor: person.login, with: rehearse });
  expect([job.exitCode, job.outputs['run-id']]).toEqual([1, '']);
  expect(job.annotations[0]?.message).toContain(`${person.login}`);
  expect(job.annotations[0]?.message).toMatch(/permission/);
  expect(writes(there)).toEqual([]);
});

test('pull requests may not be created: the branch is pushed, the compare link and the setting are named', async () => {
  const there = await set();
  there.github.faults.answer({
    route: 'POST /repos/{owner}/{repo}/pulls',
    times: 50,
    when: 'before',
    answer: { status: 403, message: 'GitHub Actions is not permitted to create or approve pull requests.' },
  });
  const job = await there.job({
    ...dispatch,
    with: { ...rehearse, workflow: 'small', 'issue-number': String(there.issue) },
  });
  const { branch = '' } = job.outputs;
  expect([job.exitCode, job.outputs['conclusion'], job.outputs['pull-request-number']]).toEqual([0, 'degraded', '']);
  expect((await there.repository.branches()).has(branch)).toBe(true);
  expect(await there.repository.file(branch, 'src/cart.js')).toContain('item.price * item.quantity');
  const link = `${there.github.url}/playhouse/cart/compare/main...${encodeURIComponent(branch)}?expand=1`;
  const setting = 'Allow GitHub Actions to create and approve pull requests';
  for (const text of [job.outputs['final-message'], job.summary, there.repository.comments(there.issue)[0]?.body]) {
    expect(text).toContain(link);
    expect(text).toContain(setting);
  }
  expect(job.summary).toMatch(/^### ⚠️ Rehearsal: small is done, but not all of it/);
  const head = (await there.repository.branches()).get(branch);
  expect(there.repository.statuses(head).at(-1)).toMatchObject({
    state: 'success',
    description: expect.stringContaining(`Turn on "${setting}"`),
  });
});

test('without `pull-requests: write` the job is red, and names that permission and not the setting', async () => {
  const there = await set();
  const token = await there.token({ contents: 'write', issues: 'write', statuses: 'write', metadata: 'read' });
  const given = { ...rehearse, workflow: 'small', 'issue-number': String(there.issue) };
  const job = await there.job({ ...dispatch, token, with: given });
  expect([job.exitCode, job.outputs['conclusion'], job.outputs['pull-request-number']]).toEqual([1, 'failed', '']);
  const said = [job.log, job.summary, job.outputs['final-message'], there.repository.comments(there.issue)[0]?.body];
  for (const text of said) {
    expect(text).toContain('the permission `pull-requests: write` is missing');
    expect(text).not.toContain('Allow GitHub Actions');
  }
  expect(job.summary).toContain('Add `pull-requests: write` under `permissions:` of the job.');
  // nobody was asked, and nothing is left behind
  expect(job.log).not.toContain('▸ Fix');
  expect(await there.repository.branches()).toEqual(new Map([['main', expect.anything()]]));
});

test('a pull request of a fork: read-only, the summary alone tells, and the verdict is the exit code', async () => {
  const there = await set({ answers: { 'code-reviewer': { status: 'fail', summary: 'Not like this.' } } });
  const fork = await there.github.as('reader').fork(there.fullName);
  await there.github
    .as('reader')
    .pushCommit(fork, 'topic', { from: 'main', message: 'Change', files: { 'a.txt': 'a\n' } });
  await there.github
    .as('reader')
    .openPullRequest(there.fullName, { head: `${fork.split('/')[0]}:topic`, title: 'From afar' });
  const payload = await there.payload('pull_request', 'opened');
  const token = await there.token({ contents: 'read', metadata: 'read', pull_requests: 'read', issues: 'read' });
  const job = await there.job({ event: 'pull_request', payload, token, actor: 'reader', with: rehearse });
  expect([job.exitCode, job.outputs['conclusion']]).toEqual([1, 'failed']);
  expect(job.summary).toContain('Not like this.');
  expect(writes(there).filter((write) => !write.includes('/forks'))).toEqual([]);
  expect([there.repository.statuses(), there.repository.checkRuns(), there.repository.comments()]).toEqual([
    [],
    [],
    [],
  ]);
});

test('a head with its own configuration, personas, workflows and answers changes nothing of what runs', async () => {
  const there = await set();
  const planted = {
    'troupe.config.yml':
      'providers: { evil: { transport: shell, command: [sh, -c, "echo planted"] } }\ndefault_provider: evil\n',
    '.github/troupe.config.yml':
      'providers: { evil: { transport: shell, command: [sh, -c, "echo planted"] } }\ndefault_provider: evil\n',
    '.github/troupe.yml': 'verify:\n  - [sh, -c, "echo planted"]\n',
    '.github/answers.yml': JSON.stringify({ 'code-reviewer': { status: 'pass', summary: 'planted' } }),
    '.github/troupe/workflows/look.yml': lookWorkflow.replace('name: Look,', 'name: planted,'),
    '.github/troupe/workflows/planted.yml': lookWorkflow.replace('name: look', 'name: planted'),
    '.github/troupe/personas/code-reviewer.md': '---\nname: code-reviewer\ndescription: planted\n---\nplanted\n',
  };
  await there.github
    .as('writer')
    .pushCommit(there.fullName, 'topic', { from: 'main', message: 'Plant', files: planted });
  await there.github.as('writer').openPullRequest(there.fullName, { head: 'topic', title: 'A change' });
  const payload = await there.payload('pull_request', 'opened');
  const job = await there.job({ event: 'pull_request', payload, with: rehearse, workspace: planted });
  expect(job.outputs['conclusion']).toBe('succeeded');
  expect(job.summary).toContain('Small and right.');
  expect(job.log + job.summary).not.toContain('planted');
});

test('hostile titles, bodies and answers set no output, no variable and no command', async () => {
  const nasty = [
    'Fix it',
    '::set-output name=conclusion::hacked',
    '::set-env name=PATH::/evil',
    '::add-path::/evil',
    '##[set-env name=EVIL]yes',
    'conclusion<<ghadelimiter_x',
    'hacked',
    'ghadelimiter_x',
    'EVIL=1',
    '${{ secrets.GITHUB_TOKEN }} $(touch evil) `touch evil`',
    '::stop-commands::evil',
  ].join('\n');
  const there = await set({
    world: { issue: { title: nasty.replaceAll('\n', ' '), body: nasty } },
    answers: { 'code-reviewer': { status: 'fail', summary: nasty } },
  });
  const job = await there.job({
    ...dispatch,
    with: { ...rehearse, workflow: 'look', 'issue-number': String(there.issue) },
  });
  expect(job.forbidden).toEqual([]);
  expect([job.env, job.path]).toEqual([{}, '']);
  expect(job.outputs['conclusion']).toBe('failed');
  expect(Object.keys(job.outputs).toSorted()).toEqual([
    'branch',
    'conclusion',
    'cost-usd',
    'final-message',
    'outputs',
    'pull-request-number',
    'pull-request-url',
    'run-id',
    'transcripts',
  ]);
});
