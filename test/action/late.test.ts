// Comments that come too late in jobs: what became of the run, when and where, and what goes on from it. Who is answered has no failed job.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { goodAnswers } from '../support/good-answers.ts';
import { lastAnswer, say } from './commenting.ts';
import type { JobResult } from './mini-runner.ts';
import { answersPath, gated, rehearse } from './stage.ts';
import type { Stage } from './stage.ts';
import { stagesOf } from './stages.ts';

const set = stagesOf({ orderly: true });

const plain = gated.replace('name: gated', 'name: plain').replace(/, approval: \{[^}]*\}/, '');
const otherwise = { status: 'pass', summary: 'Used it.', edits: { 'src/dates.js': '// dates\n' } };
const files = { '.github/troupe/workflows/gated.yml': gated, '.github/troupe/workflows/plain.yml': plain };

function dispatched(there: Stage, workflow: string, more: object = {}): Promise<JobResult> {
  const given = { ...rehearse, workflow, 'issue-number': String(there.issue) };
  return there.job({ event: 'workflow_dispatch', payload: {}, with: given, ...more });
}

/** What a comment with all of the commands is answered with. Its job is green and starts nothing. */
async function answersTo(there: Stage, commands: readonly string[], on = there.issue): Promise<string> {
  const text = commands.map((command) => `/troupe ${command}`).join('\n');
  const job = await say(there, text, { runId: 5000, as: 'maintainer', on });
  expect([job.exitCode, job.outputs['conclusion'], job.outputs['run-id']]).toEqual([0, 'skipped', '']);
  expect(job.annotations.filter(({ level }) => level === 'error')).toEqual([]);
  // in the summary and the log as below the comment
  const said = there.repository.comments(on).at(-1)?.body.split('\n\n').slice(0, -1) ?? [];
  expect(said.length).toBeGreaterThan(0);
  for (const line of said) expect([job.summary, job.log]).toEqual(Array(2).fill(expect.stringContaining(line)));
  return lastAnswer(there, on);
}

/** How much lies on the ref of the only run. */
function keptBytes(there: Stage): number {
  const git = (...args: string[]): string =>
    execFileSync('git', ['--git-dir', there.repository.dir, ...args], { encoding: 'utf8' }).trim();
  const ref = git('for-each-ref', '--format=%(refname)', 'refs/troupe/runs');
  return Number(git('cat-file', '-s', `${ref}:state.json`));
}

test('a run that succeeded', async () => {
  const there = await set({ files });
  await dispatched(there, 'gated');
  const job = await say(there, '/troupe approve', { runId: 4712, as: 'maintainer' });
  expect(job.outputs['conclusion']).toBe('succeeded');
  const told = await answersTo(there, [
    'approve',
    'approve look',
    'retry',
    'cancel',
    'resume',
    'budget 5',
    'answer yes',
  ]);
  expect(told).toMatchInlineSnapshot(`
    "\`release\` was approved by maintainer already, at TIME. \`RUN\` (gated) has ended: it succeeded at TIME in [a job](HOST/playhouse/cart/actions/runs/4712). \`/troupe rerun from <step>\` does a step again, \`/troupe run gated\` begins anew.

    Nothing waits for an approval here. \`RUN\` (gated) has ended: it succeeded at TIME in [a job](HOST/playhouse/cart/actions/runs/4712). \`/troupe rerun from <step>\` does a step again, \`/troupe run gated\` begins anew.

    Nothing failed that could be tried again. \`RUN\` (gated) has ended: it succeeded at TIME in [a job](HOST/playhouse/cart/actions/runs/4712). \`/troupe rerun from <step>\` does a step again, \`/troupe run gated\` begins anew.

    \`RUN\` (gated) has ended: it succeeded at TIME in [a job](HOST/playhouse/cart/actions/runs/4712). \`/troupe rerun from <step>\` does a step again, \`/troupe run gated\` begins anew.

    Nothing waits for an answer here. \`RUN\` (gated) has ended: it succeeded at TIME in [a job](HOST/playhouse/cart/actions/runs/4712). \`/troupe rerun from <step>\` does a step again, \`/troupe run gated\` begins anew."
  `);
});

test('a run that was cancelled while it waited, and had said more than is kept of it', async () => {
  const notes = randomBytes(150_000).toString('base64');
  const answer = { status: 'pass', summary: 'Right.', outputs: { risk: 'low', notes } };
  const there = await set({ files, answers: { 'code-reviewer': answer } });
  await dispatched(there, 'gated');
  const ended = await say(there, '/troupe cancel', { runId: 4712 });
  expect(ended.outputs['conclusion']).toBe('cancelled');
  expect(keptBytes(there)).toBeLessThanOrEqual(64 * 1024);
  const told = await answersTo(there, ['approve', 'pause', 'reject release no']);
  expect(told).toMatchInlineSnapshot(`
    "Nothing waits for an approval here. \`RUN\` (gated) has ended: it was cancelled at TIME in [a job](HOST/playhouse/cart/actions/runs/4712). Cancelled by writer. \`/troupe retry\` goes on from it.

    \`RUN\` (gated) has ended: it was cancelled at TIME in [a job](HOST/playhouse/cart/actions/runs/4712). Cancelled by writer. \`/troupe retry\` goes on from it."
  `);
  const again = await say(there, '/troupe retry', { runId: 4713 });
  expect(again.outputs['conclusion']).toBe('waiting');
  // nobody works with half of what was said
  expect(again.log).toContain('▸ Look');
});

test('a run with a pull request goes on with `followup`, on the issue and on the pull request', async () => {
  const there = await set({ files });
  const first = await dispatched(there, 'small');
  const told = await answersTo(there, ['approve', 'retry']);
  expect(told).toMatchInlineSnapshot(`
    "Nothing waits for an approval here. \`RUN\` (small) has ended: it succeeded at TIME in [a job](HOST/playhouse/cart/actions/runs/4711). \`/troupe followup <text>\` goes on with its branch, \`/troupe rerun from <step>\` does a step again.

    Nothing failed that could be tried again. \`RUN\` (small) has ended: it succeeded at TIME in [a job](HOST/playhouse/cart/actions/runs/4711). \`/troupe followup <text>\` goes on with its branch, \`/troupe rerun from <step>\` does a step again."
  `);
  await there.github.as('writer').pushCommit(there.fullName, 'main', {
    message: 'Answer otherwise',
    files: { [answersPath]: JSON.stringify({ ...goodAnswers, 'lead-engineer': otherwise }) },
  });
  const more = await say(there, '/troupe followup Use the date helper', { runId: 4713 });
  expect(more.annotations.filter(({ level }) => level === 'error')).toEqual([]);
  expect([more.outputs['conclusion'], more.outputs['branch']]).toEqual(['succeeded', first.outputs['branch']]);
  expect(more.outputs['pull-request-number']).toBe(first.outputs['pull-request-number']);
  const pull = Number(first.outputs['pull-request-number']);
  expect(await answersTo(there, ['approve'], pull)).toMatchInlineSnapshot(
    `"Nothing waits for an approval here. \`RUN\` (small) has ended: it succeeded at TIME in [a job](HOST/playhouse/cart/actions/runs/4713). \`/troupe followup <text>\` goes on with its branch, \`/troupe rerun from <step>\` does a step again."`,
  );
});

test('a run that is at work in another job', async () => {
  const there = await set({
    files,
    answers: { 'security-reviewer': { status: 'pass', summary: 'Fine.', delay: 600 } },
  });
  // its machine is gone, and its word still holds
  await dispatched(there, 'plain', {
    vanishes: true,
    onLine: (line: string, end: (signal: NodeJS.Signals) => void) => line.includes('▸ Release') && end('SIGKILL'),
  });
  const commands = ['approve', 'reject', 'retry', 'rerun from look', 'budget 5', 'cancel', 'answer yes'];
  const told = await answersTo(there, commands);
  expect(told).toMatchInlineSnapshot(
    `"\`RUN\` is at work in [a job](HOST/playhouse/cart/actions/runs/4711) since TIME, last heard of at TIME. Commands reach it when it waits or has ended; until then, cancelling that job cancels it."`,
  );
  expect(await answersTo(there, ['followup More'])).toMatchInlineSnapshot(
    `"\`RUN\` is at work in [a job](HOST/playhouse/cart/actions/runs/4711) since TIME, last heard of at TIME. Commands reach it when it waits or has ended; until then, cancelling that job cancels it."`,
  );
});
