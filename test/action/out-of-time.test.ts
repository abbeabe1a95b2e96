// A job whose run has no more time: what is at work ends with all of its processes, and another job goes on from there.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allowedMs } from '../support/patience.ts';
import { rehearse } from './stage.ts';
import type { Stage } from './stage.ts';
import { stagesOf } from './stages.ts';

const set = stagesOf({ orderly: true });

const slow = `name: slow
version: "1.0.0"
description: Note it, then take long
steps:
  - { id: note, name: Note, type: persona-request, persona: lead-engineer, provider: quick, expect: changes }
  - { id: long, name: Long, type: persona-request, persona: code-reviewer, provider: agent, dependencies: [note], timeout: 10m }
`;

/** Answers once it may; before that it sleeps in a process of its own, whose id it tells. */
const agent = (dir: string): string =>
  `if [ ! -e ${dir}/may-end ]; then sleep 600 & echo $! > ${dir}/pid; wait; fi; echo '{"status":"pass","summary":"Long done","outputs":{"risk":"low"}}' > "$TROUPE_RESULT_FILE"`;
const quick = `echo noted > note.txt; echo '{"status":"pass","summary":"Noted"}' > "$TROUPE_RESULT_FILE"`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

test('`timeout-minutes` ends a step that takes longer, says so, and a later job goes on with more', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-slow-'));
  try {
    const providers = {
      agent: { transport: 'shell', command: ['sh', '-c', agent(dir)] },
      quick: { transport: 'shell', command: ['sh', '-c', quick] },
    };
    const there = await set({
      files: {
        '.github/troupe.yml': '{}\n',
        '.github/troupe/workflows/slow.yml': slow,
        '.github/troupe.config.yml': JSON.stringify({
          sandbox: 'off',
          repositories: { trusted: ['playhouse/cart'] },
          default_provider: 'agent',
          providers,
        }),
      },
    });
    const dispatch = { event: 'workflow_dispatch', payload: {} };
    const given = { workflow: 'slow', 'issue-number': String(there.issue), 'timeout-minutes': '8s' };
    const began = Date.now();
    const job = await there.job({ ...dispatch, with: given });
    expect([job.exitCode, job.outputs['conclusion']]).toEqual([1, 'timed_out']);
    expect(Date.now() - began).toBeLessThan(120_000);
    const run = job.outputs['run-id'] ?? '';
    const reason = 'Out of time: `timeout-minutes` of the job allows 8 seconds of work';
    const next = `A job with \`resume-run: ${run}\` and a higher \`timeout-minutes\` gives it more.`;
    const message = `slow ran out of time at Long: ${reason}`;
    expect(job.outputs['final-message']).toBe(message);
    const errors = job.annotations.filter(({ level }) => level === 'error');
    expect(errors.map((one) => one.message)).toEqual([reason]);
    expect(job.summary).toContain(reason);
    expect(job.summary).toContain(next);
    expect(there.repository.comments(there.issue).at(-1)?.body).toContain(reason);
    // with all that it had started
    expect(isAlive(Number(readFileSync(join(dir, 'pid'), 'utf8')))).toBe(false);
    const [pull] = await there.repository.pullRequests();
    expect(await there.repository.file(pull?.headRef ?? '', 'note.txt')).toBe('noted\n');
    expect(there.repository.statuses(pull?.headSha).at(-1)).toMatchObject({
      context: 'troupe / slow',
      state: 'failure',
    });
    const more = { ...dispatch, runId: 4800 };
    writeFileSync(join(dir, 'may-end'), '');
    const again = await there.job({ ...more, with: { 'resume-run': run, 'timeout-minutes': '5m' } });
    expect(again.annotations.filter(({ level }) => level === 'error')).toEqual([]);
    expect(again.outputs).toMatchObject({ conclusion: 'succeeded', 'run-id': run });
    expect(again.log).not.toContain('▸ Note');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test('git that hangs is ended at `timeout-minutes`', async () => {
  const there = await set();
  // the first push is that of the state, the second is not answered any more
  const route = 'POST /{owner}/{repo}/git-receive-pack';
  there.github.faults.answer({ route, nth: 2, when: 'before', answer: 'hang' });
  const job = await limited(there, await there.token());
  expect([job.exitCode, job.outputs['conclusion']]).toEqual([1, 'timed_out']);
  expect(job.summary).toContain('`timeout-minutes` of the job allows');
});

/** A job that may take some seconds. */
function limited(there: Stage, token: string): ReturnType<Stage['job']> {
  const seconds = Math.ceil(allowedMs(4_000) / 1_000);
  const given = { ...rehearse, workflow: 'small', 'issue-number': String(there.issue) };
  const limit = { 'timeout-minutes': `${seconds}s` };
  return there.job({ event: 'workflow_dispatch', payload: {}, token, with: { ...given, ...limit } });
}

test('with the token of a GitHub App the checks of a run that is out of time say so, and none stays open', async () => {
  const there = await set({
    world: { slug: 'troupe' },
    answers: { 'code-reviewer': { status: 'pass', summary: 'Right.', outputs: { risk: 'low' }, delay: 600 } },
  });
  const writer = there.github.as('writer');
  const change = { from: 'main', message: 'Change', files: { 'notes.txt': 'new\n' } };
  await writer.pushCommit(there.fullName, 'topic', change);
  await writer.openPullRequest(there.fullName, { head: 'topic', title: 'A change' });
  const payload = await there.payload('pull_request', 'opened');
  const token = await there.token({ checks: 'write', contents: 'write', issues: 'write', pull_requests: 'write' });
  const job = await there.job({
    event: 'pull_request',
    payload,
    token,
    with: { ...rehearse, 'timeout-minutes': '5s' },
  });
  expect([job.exitCode, job.outputs['conclusion']]).toEqual([1, 'timed_out']);
  const [pull] = await there.repository.pullRequests();
  const checks = there.repository.checkRuns().map((check) => `${check.name}: ${check.status}, ${check.conclusion}`);
  expect(checks.toSorted()).toEqual([
    'troupe / look / Look: completed, timed_out',
    'troupe / look: completed, timed_out',
  ]);
  expect(new Set(there.repository.checkRuns().map(({ headSha }) => headSha))).toEqual(new Set([pull?.headSha]));
  expect(there.repository.statuses()).toEqual([]);
});
