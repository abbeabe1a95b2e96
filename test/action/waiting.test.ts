// Runs that outlive their job: gates, second tries, cancelled jobs. The state lies on a hidden ref; its lease is the lock.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { goodAnswers } from '../support/good-answers.ts';
import { answersPath, gated, rehearse } from './stage.ts';
import type { Stage, StageOptions } from './stage.ts';
import { stagesOf } from './stages.ts';

const setAny = stagesOf({ orderly: true });

const asked = `name: asked
version: "1.0.0"
description: Fix it, ask
steps:
  - { id: fix, name: Fix, type: persona-request, persona: lead-engineer, expect: changes }
  - { id: look, name: Look, type: persona-request, persona: code-reviewer, dependencies: [fix], approval: { by: [maintainer] } }
`;

const both = gated.replace('name: gated', 'name: both').replace(/, approval: \{[^}]*\}/, '');

function set(options: StageOptions = {}): Promise<Stage> {
  return setAny({
    ...options,
    files: {
      '.github/troupe/workflows/gated.yml': gated,
      '.github/troupe/workflows/both.yml': both,
      ...options.files,
    },
  });
}

/** The job that runs `gated` up to its gate. */
function startGated(there: Stage): ReturnType<Stage['job']> {
  return there.job({
    event: 'workflow_dispatch',
    payload: {},
    with: { ...rehearse, workflow: 'gated', 'issue-number': String(there.issue) },
  });
}

/** Hidden refs of the repository. */
function states(there: Stage): string[] {
  const out = execFileSync('git', [
    '--git-dir',
    there.repository.dir,
    'for-each-ref',
    '--format=%(refname)',
    'refs/troupe',
  ]);
  return out
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}

test('a gate ends the job as waiting, and a comment goes on from there', async () => {
  const there = await set();
  const first = await startGated(there);
  expect([first.exitCode, first.outputs['conclusion']]).toEqual([0, 'waiting']);
  expect(states(there)).toEqual([`refs/troupe/runs/${first.outputs['run-id']}`]);
  const way = 'Decide about **Release** with a comment: `/troupe approve release` or `/troupe reject release`.';
  const [shown = '', asks = ''] = there.repository.comments(there.issue).map(({ body }) => body);
  expect([first.summary.split(way), shown.split(way)]).toMatchObject([{ length: 2 }, { length: 2 }]);
  expect(first.summary).toContain('This job ends here: the job of that comment goes on with the run.');
  expect(first.log).toContain(way.replaceAll('**', ''));
  expect(asks).toContain('Approve or reject it with a comment: `/troupe approve release');
  // a job has no check and no button
  expect(`${first.log}${first.summary}${shown}${asks}`).not.toMatch(/on its check|Press /);
  await there.github.as('maintainer').comment(there.fullName, there.issue, '/troupe approve');
  const payload = await there.payload('issue_comment');
  const second = await there.job({ event: 'issue_comment', payload, actor: 'maintainer', runId: 4712, with: rehearse });
  expect(second.annotations.filter(({ level }) => level === 'error')).toEqual([]);
  expect([second.exitCode, second.outputs['conclusion']]).toEqual([0, 'succeeded']);
  expect(second.outputs['run-id']).toBe(first.outputs['run-id']);
  // what was done stays done
  expect(second.log).not.toContain('▸ Look');
  expect(second.log).toContain('▸ Release');
  expect(states(there)).toEqual([`refs/troupe/runs/${first.outputs['run-id']}`]);
  const sticky = there.repository.comments(there.issue).filter(({ body }) => body.includes('troupe:run='));
  expect(sticky.filter(({ body }) => body.includes('gated is done'))).toHaveLength(1);
});

test('a later job may lower what its run may cost', async () => {
  const usage = { inputTokens: 4200, outputTokens: 640, costUsd: '0.5', source: 'provider', complete: true };
  const there = await set({ answers: { 'code-reviewer': { ...goodAnswers['code-reviewer'], usage } } });
  const first = await startGated(there);
  expect(first.outputs['conclusion']).toBe('waiting');
  await there.github.as('maintainer').comment(there.fullName, there.issue, '/troupe approve');
  const second = await there.job({
    event: 'issue_comment',
    payload: await there.payload('issue_comment'),
    actor: 'maintainer',
    runId: 4712,
    with: { ...rehearse, 'max-cost-usd': '0.25' },
  });
  expect([second.exitCode, second.outputs['conclusion']]).toEqual([1, 'failed']);
  expect(second.outputs['final-message']).toContain('0.25');
  expect(second.log).not.toContain('▸ Release');
});

test('two jobs go on with the same run at once: one wins, the other stops', async () => {
  const there = await set();
  const first = await startGated(there);
  expect(first.outputs['conclusion']).toBe('waiting');
  await there.github.as('maintainer').comment(there.fullName, there.issue, '/troupe approve');
  const payload = await there.payload('issue_comment');
  const jobs = await Promise.all(
    [4712, 4713].map((runId) =>
      there.job({ event: 'issue_comment', payload, actor: 'maintainer', runId, with: rehearse }),
    ),
  );
  const conclusions = jobs.map((job) => job.outputs['conclusion']);
  expect(conclusions.filter((one) => one === 'succeeded')).toHaveLength(1);
  expect(conclusions.filter((one) => one === 'skipped' || one === 'failed')).toHaveLength(1);
  expect(
    jobs
      .map((job) => job.log)
      .join('\n')
      .match(/✓ Release/g),
  ).toHaveLength(1);
});

test('a cancelled job cancels its run and closes what it showed; a second try keeps what was done', async () => {
  const there = await set({
    files: {
      '.github/troupe/workflows/small.yml': `name: small
version: "1.0.0"
description: Fix it, look at it
steps:
  - { id: fix, name: Fix, type: persona-request, persona: lead-engineer, expect: changes }
  - { id: look, name: Look, type: persona-request, persona: code-reviewer, dependencies: [fix] }
`,
    },
  });
  const given = {
    event: 'workflow_dispatch',
    payload: {},
    with: { ...rehearse, workflow: 'small', 'issue-number': String(there.issue) },
  };
  const first = await there.job({
    ...given,
    onLine(line, end) {
      if (line.includes('▸ Look')) end('SIGKILL');
    },
  });
  expect(first.exitCode).not.toBe(0);
  expect(first.postExitCode).toBe(0);
  const comment = there.repository.comments(there.issue)[0]?.body ?? '';
  expect(comment).toContain('was cancelled');
  const newest = new Map(there.repository.statuses().map(({ sha, state }) => [sha, state]));
  expect([...newest.values()]).not.toContain('pending');
  const second = await there.job({ ...given, attempt: 2 });
  expect(second.annotations.filter(({ level }) => level === 'error')).toEqual([]);
  expect(second.outputs['conclusion']).toBe('succeeded');
  expect(second.log).not.toContain('▸ Fix');
  expect(second.log).toContain('▸ Look');
  expect((await there.repository.pullRequests()).filter(({ state }) => state === 'open')).toHaveLength(1);
  expect(there.repository.comments(there.issue).filter(({ body }) => body.includes('Fix'))).toHaveLength(1);
});

test('a second try of a job that succeeded does nothing twice, and says what its run has done', async () => {
  const there = await set();
  const given = {
    event: 'workflow_dispatch',
    payload: {},
    with: { ...rehearse, workflow: 'small', 'issue-number': String(there.issue) },
  };
  const first = await there.job(given);
  const [branches, comments] = [await there.repository.branches(), there.repository.comments(there.issue).length];
  const second = await there.job({ ...given, attempt: 2 });
  expect(second.outputs).toEqual({ ...first.outputs, transcripts: second.outputs['transcripts'] });
  expect([second.exitCode, second.outputs['conclusion']]).toEqual([0, 'succeeded']);
  expect(second.log).not.toContain('▸ Fix');
  expect(second.log).toContain(`Going on with run ${first.outputs['run-id']}`);
  expect(second.summary).toContain('Multiplied by the quantity.');
  expect(await there.repository.branches()).toEqual(branches);
  expect(there.repository.comments(there.issue)).toHaveLength(comments);
  expect(await there.repository.pullRequests()).toHaveLength(1);
});

test('a comment on the pull request of a run that waits goes on with it, too', async () => {
  const there = await set({ files: { '.github/troupe/workflows/asked.yml': asked } });
  const given = { ...rehearse, workflow: 'asked', 'issue-number': String(there.issue) };
  const first = await there.job({ event: 'workflow_dispatch', payload: {}, with: given });
  expect(first.outputs['conclusion']).toBe('waiting');
  const pull = Number(first.outputs['pull-request-number']);
  expect(there.repository.statuses().at(-1)).toMatchObject({ context: 'troupe / asked', state: 'pending' });
  await there.github.as('maintainer').comment(there.fullName, pull, '/troupe approve');
  const payload = await there.payload('issue_comment');
  const second = await there.job({ event: 'issue_comment', payload, actor: 'maintainer', runId: 4712, with: rehearse });
  expect(second.outputs).toMatchObject({ conclusion: 'succeeded', 'run-id': first.outputs['run-id'] });
});

test('a command for a run that another job drives is answered with the job; after its end `/troupe retry` works', async () => {
  const there = await set({
    answers: { 'security-reviewer': [{ status: 'fail', summary: 'Not yet.', delay: 8 }] },
  });
  const given = { ...rehearse, workflow: 'both', 'issue-number': String(there.issue) };
  const command = async (text: string, runId: number) => {
    await there.github.as('writer').comment(there.fullName, there.issue, text);
    return there.job({
      event: 'issue_comment',
      payload: await there.payload('issue_comment'),
      runId,
      with: rehearse,
    });
  };
  let isAtWork: () => void = () => {};
  const atWork = new Promise<void>((resolve) => (isAtWork = resolve));
  const onLine = (line: string): void => void (line.includes('▸ Release') && isAtWork());
  const working = there.job({ event: 'workflow_dispatch', payload: {}, with: given, onLine });
  await atWork;
  const told = await command('/troupe cancel', 4712);
  expect([told.exitCode, told.outputs['conclusion']]).toEqual([0, 'skipped']);
  expect(there.repository.comments(there.issue).at(-1)?.body).toContain(
    `is at work in [a job](${there.github.url}/playhouse/cart/actions/runs/4711)`,
  );
  const failed = await working;
  expect(failed.outputs['conclusion']).toBe('failed');
  await there.github.as('writer').pushCommit(there.fullName, 'main', {
    message: 'Answer otherwise',
    files: { [answersPath]: JSON.stringify(goodAnswers) },
  });
  const again = await command('/troupe retry', 4713);
  expect(again.annotations.filter(({ level }) => level === 'error')).toEqual([]);
  expect(again.outputs['conclusion']).toBe('succeeded');
  expect(again.outputs['run-id']).not.toBe(failed.outputs['run-id']);
});

test('`resume-run` goes on with a run that failed; somebody without a say may not', async () => {
  const there = await set({ answers: { 'security-reviewer': { status: 'fail', summary: 'Not yet.' } } });
  const failed = await there.job({
    event: 'workflow_dispatch',
    payload: {},
    with: { ...rehearse, workflow: 'both', 'issue-number': String(there.issue) },
  });
  expect(failed.outputs['conclusion']).toBe('failed');
  await there.github.as('writer').pushCommit(there.fullName, 'main', {
    message: 'Answer otherwise',
    files: { [answersPath]: JSON.stringify(goodAnswers) },
  });
  const resume = { event: 'workflow_dispatch', payload: {}, runId: 4800 };
  const given = { ...rehearse, 'resume-run': failed.outputs['run-id'] ?? '' };
  const refused = await there.job({ ...resume, actor: 'triager', with: given });
  expect([refused.exitCode, refused.outputs['run-id']]).toEqual([1, '']);
  expect(refused.annotations[0]?.message).toContain('triager needs write permission');
  const job = await there.job({ ...resume, with: given });
  expect(job.annotations.filter(({ level }) => level === 'error')).toEqual([]);
  expect(job.outputs).toMatchObject({ conclusion: 'succeeded', 'run-id': failed.outputs['run-id'] });
  expect(job.log).not.toContain('▸ Look');
});

test('SIGINT from the runner ends the run in time, and no check stays open', async () => {
  const there = await set({ world: { slug: 'troupe' } });
  const job = await there.job({
    token: await there.token({ checks: 'write', contents: 'write', issues: 'write', pull_requests: 'write' }),
    event: 'workflow_dispatch',
    payload: {},
    with: { ...rehearse, workflow: 'small', 'issue-number': String(there.issue) },
    onLine(line, end) {
      if (line.includes('▸ Fix')) end();
    },
  });
  expect([job.exitCode, job.outputs['conclusion']]).toEqual([1, 'cancelled']);
  const checks = there.repository.checkRuns().map(({ name, status, conclusion }) => `${name}: ${status} ${conclusion}`);
  expect(checks).toContain('troupe / small: completed cancelled');
  expect(checks.filter((check) => !check.includes(': completed '))).toEqual([]);
  expect(there.repository.comments(there.issue)[0]?.body).toContain('was cancelled');
});
