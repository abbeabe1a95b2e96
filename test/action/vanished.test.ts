// A runner that vanished in the middle of a step: who comes next sees that nobody drives the run, says so, and goes on with it or ends it.
import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { readKept } from '../../src/action/kept-run.ts';
import type { StepPath } from '../../src/support/index.ts';
import { goodAnswers } from '../support/good-answers.ts';
import { eventually } from '../support/patience.ts';
import { lastAnswer, say as comment, timeless } from './commenting.ts';
import type { JobResult } from './mini-runner.ts';
import { answersPath, rehearse } from './stage.ts';
import type { Stage } from './stage.ts';
import { stagesOf } from './stages.ts';

const set = stagesOf({ orderly: true });

const twoSteps = `name: two
version: "1.0.0"
description: Fix it, look at it
steps:
  - { id: fix, name: Fix, type: persona-request, persona: lead-engineer, expect: changes }
  - { id: look, name: Look, type: persona-request, persona: code-reviewer, dependencies: [fix] }
`;

/** Has nothing to do with the other. */
const apartWorkflow = `name: apart
version: "1.0.0"
description: Look at it
branch: false
concurrency: { group: apart }
steps:
  - { id: look, name: Look, type: persona-request, persona: security-reviewer }
`;

/** As the journal names it. */
const fix = 'fix' as StepPath; // the id of the step above

/** So short that its end is soon waited for. */
const leaseMs = 1000;
const shortLease = { TROUPE_LEASE_MS: String(leaseMs) };
/** The server tells its time in whole seconds, to whoever writes and to whoever reads. */
const clockMs = 2000;

/** A job that is at the second persona, which takes its time. */
async function working(env: Readonly<Record<string, string>>) {
  const there = await set({
    files: { '.github/troupe/workflows/two.yml': twoSteps, '.github/troupe/workflows/apart.yml': apartWorkflow },
    answers: { 'code-reviewer': { ...goodAnswers['code-reviewer'], delay: 600 } },
  });
  let vanish: () => void = () => {};
  const job = there.job({
    event: 'workflow_dispatch',
    payload: {},
    with: { ...rehearse, workflow: 'two', 'issue-number': String(there.issue) },
    env,
    vanishes: true,
    onLine: (_line, end) => (vanish = () => end('SIGKILL')),
  });
  // the first step is kept, and the job was heard of after that
  await eventually(() => expect(isAtLook(there)).toBe(true));
  return {
    there,
    async vanish() {
      vanish();
      await job;
    },
  };
}

/** A job whose machine is gone while the second persona is at work. */
async function vanished(): Promise<Stage> {
  const { there, vanish } = await working(shortLease);
  await vanish();
  await there.github.as('writer').pushCommit(there.fullName, 'main', {
    message: 'Answer at once',
    files: { [answersPath]: JSON.stringify(goodAnswers) },
  });
  await eventually(() => expect(Date.now()).toBeGreaterThan(heardOf(there).renewedAt + leaseMs + clockMs));
  return there;
}

/** What git says of the hidden refs. */
function refs(there: Stage, format: string): string {
  const args = ['--git-dir', there.repository.dir, 'for-each-ref', `--format=${format}`, 'refs/troupe/runs'];
  return execFileSync('git', args, { encoding: 'utf8' });
}

function say(there: Stage, text: string, runId: number): ReturnType<Stage['job']> {
  return comment(there, text, { runId, env: shortLease });
}

/** A file of the run's ref; empty where there is none. */
function kept(there: Stage, file: string): string {
  const ref = refs(there, '%(refname)').trim();
  if (ref === '') return '';
  const read = spawnSync('git', ['--git-dir', there.repository.dir, 'show', `${ref}:${file}`], { encoding: 'utf8' });
  return read.status === 0 ? read.stdout : '';
}

function isAtLook(there: Stage): boolean {
  const state = kept(there, 'state.json');
  return kept(there, 'lease.json') !== '' && readKept(state)?.state.steps.get(fix)?.status === 'succeeded';
}

/** When its job was heard of last, and when its state was written. */
function heardOf(there: Stage): { readonly renewedAt: number; readonly savedAt: number } {
  const [, renewedAt] = /"renewedAt":(\d+)/.exec(kept(there, 'lease.json')) ?? [];
  const [, savedAt] = /"savedAt":(\d+)/.exec(kept(there, 'state.json')) ?? [];
  return { renewedAt: Number(renewedAt), savedAt: Number(savedAt) };
}

/** How long after the last state the job was heard of. */
function heardAfter(there: Stage): number {
  const { renewedAt, savedAt } = heardOf(there);
  return renewedAt - savedAt;
}

test('`/troupe status` says that nobody drives the run, and `/troupe resume` goes on from what was kept', async () => {
  const there = await vanished();
  const status = await say(there, '/troupe status', 4712);
  expect(status.exitCode).toBe(0);
  expect(lastAnswer(there)).toMatchInlineSnapshot(`
    "| run | workflow | state | now at | pull request |
    |---|---|---|---|---|
    | \`RUN\` | two | running, but nobody drives it: [its job](HOST/playhouse/cart/actions/runs/4711) was last heard of at TIME; \`/troupe resume\` goes on with it, \`/troupe cancel\` ends it | Look | HOST/playhouse/cart/pull/2 |"
  `);
  expect(lastAnswer(there)).not.toContain('cancelling that job');
  const resumed = await say(there, '/troupe resume', 4713);
  expect(lastAnswer(there)).toMatchInlineSnapshot(
    `"\`RUN\` goes on here from what was kept: [its job](HOST/playhouse/cart/actions/runs/4711) was last heard of at TIME."`,
  );
  expect(resumed.outputs['conclusion']).toBe('succeeded');
  expect(resumed.log).not.toContain('▸ Fix');
  expect(resumed.log).toContain('▸ Look');
  expect((await there.repository.pullRequests()).filter(({ state }) => state === 'open')).toHaveLength(1);
});

test('`/troupe cancel` ends the run of a runner that vanished, and nothing of it stays open', async () => {
  const there = await vanished();
  const cancelled = await say(there, '/troupe cancel', 4712);
  expect(lastAnswer(there)).toMatchInlineSnapshot(`"Cancelling \`RUN\`."`);
  expect(cancelled.outputs['conclusion']).toBe('cancelled');
  const newest = new Map(there.repository.statuses().map(({ sha, state }) => [sha, state]));
  expect([...newest.values()]).not.toContain('pending');
  const sticky = there.repository.comments(there.issue).find(({ body }) => body.includes('troupe:run='));
  expect(sticky?.body).toContain('was cancelled');
  expect(cancelled.summary).toContain('was cancelled');
});

/** A job for the issue that is no answer to a comment. */
async function job(
  there: Stage,
  event: 'schedule' | 'workflow_dispatch' | 'issues',
  runId: number,
): Promise<JobResult> {
  const named = { ...rehearse, workflow: 'two', 'issue-number': String(there.issue) };
  if (event !== 'issues') return there.job({ event, payload: {}, runId, with: named });
  await there.github.as('writer').label(there.fullName, there.issue, 'troupe:two');
  return there.job({ event, payload: await there.payload('issues', 'labeled'), runId, with: rehearse });
}

/** What is said of a run that nobody drives, without ids and times. */
const left =
  'Nobody drives `RUN` any more: [its job](HOST/playhouse/cart/actions/runs/4711) was last heard of at TIME. `/troupe resume` goes on from what it kept, `/troupe cancel` ends it.';

/** How many runs lie on hidden refs. */
function runs(there: Stage): number {
  return refs(there, '%(refname)').trim().split('\n').length;
}

test('a label, a schedule, a dispatch and `/troupe run` start nothing beside a run that nobody drives: they say what can be done', async () => {
  const there = await vanished();
  const before = there.repository.comments(there.issue).length;
  const said = `Nothing was started. ${left}`;
  for (const [event, runId] of [
    ['schedule', 4712],
    ['workflow_dispatch', 4713],
    ['issues', 4714],
  ] as const) {
    const ended = await job(there, event, runId);
    expect([ended.exitCode, ended.outputs['conclusion'], ended.outputs['run-id']]).toEqual([0, 'skipped', '']);
    for (const text of [ended.summary, ended.log, ended.outputs['final-message'] ?? ''])
      expect(timeless(there, text)).toContain(said);
    expect(ended.summary).not.toContain('cancelling that job');
    expect(ended.annotations.map(({ level }) => level)).toEqual(['warning']);
  }
  // once for those that nobody put there by hand, once for the label, which can be put on again
  const answers = there.repository.comments(there.issue).slice(before);
  expect(answers.map(({ body }) => timeless(there, body))).toEqual([said, said.replace('Nothing', '@writer, nothing')]);
  expect(there.repository.issue(there.issue)?.labels).not.toContain('troupe:two');
  const asked = await say(there, '/troupe run two', 4715);
  expect([asked.exitCode, asked.outputs['conclusion']]).toEqual([0, 'skipped']);
  expect(lastAnswer(there)).toBe(said.replace('Nothing', '@writer, nothing'));
  expect(runs(there)).toBe(1);
  // what is about something else starts, and tells of the run
  const apart = await there.job({
    event: 'workflow_dispatch',
    payload: {},
    runId: 4716,
    with: { ...rehearse, workflow: 'apart', 'issue-number': String(there.issue) },
  });
  expect(apart.outputs['conclusion']).toBe('succeeded');
  expect(timeless(there, apart.summary)).toContain(left);
  const told = there.repository.comments(there.issue).map(({ body }) => timeless(there, body));
  expect(told.filter((body) => body === left)).toHaveLength(1);
  const cancelled = await say(there, '/troupe cancel', 4717);
  expect(cancelled.outputs['conclusion']).toBe('cancelled');
  const started = await job(there, 'issues', 4718);
  expect(started.outputs['conclusion']).toBe('succeeded');
});

test('a job renews its word during a long step: commands and `resume-run` leave its run alone', async () => {
  const { there, vanish } = await working({ TROUPE_LEASE_MS: '10000' });
  // longer than its first word held
  await eventually(() => expect(heardAfter(there)).toBeGreaterThan(10_000));
  const told = await say(there, '/troupe resume', 4712);
  expect([told.exitCode, told.outputs['conclusion']]).toEqual([0, 'skipped']);
  expect(lastAnswer(there)).toMatchInlineSnapshot(
    `"\`RUN\` is at work in [a job](HOST/playhouse/cart/actions/runs/4711) since TIME, last heard of at TIME. Commands reach it when it waits or has ended; until then, cancelling that job cancels it."`,
  );
  await say(there, '/troupe status', 4713);
  expect(lastAnswer(there)).toMatchInlineSnapshot(`
    "| run | workflow | state | now at | pull request |
    |---|---|---|---|---|
    | \`RUN\` | two | running, at work in [a job](HOST/playhouse/cart/actions/runs/4711) since TIME, last heard of at TIME | Look | HOST/playhouse/cart/pull/2 |"
  `);
  const run = /r[a-z2-7]{15}/.exec(told.outputs['final-message'] ?? '')?.[0] ?? '';
  const taken = await there.job({
    event: 'workflow_dispatch',
    payload: {},
    runId: 4714,
    with: { ...rehearse, 'resume-run': run },
  });
  expect([taken.exitCode, taken.outputs['final-message']]).toEqual([
    1,
    `Cannot go on with run ${run}: a job is at work on it, ${there.github.url}/playhouse/cart/actions/runs/4711`,
  ]);
  const beside = await job(there, 'workflow_dispatch', 4715);
  expect([beside.exitCode, beside.outputs['conclusion']]).toEqual([0, 'skipped']);
  expect(timeless(there, beside.outputs['final-message'] ?? '')).toMatchInlineSnapshot(
    `"Nothing was started: \`RUN\` is at work on the same thing in [a job](HOST/playhouse/cart/actions/runs/4711). Say it again when it waits or has ended; until then, cancelling that job cancels it."`,
  );
  expect(runs(there)).toBe(1);
  await vanish();
});
