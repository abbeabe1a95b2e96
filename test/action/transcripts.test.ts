// What was done in a job outlives its runner: the output names a folder that `actions/upload-artifact` can keep, whatever became of the step.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTranscript } from '../../src/personas/index.ts';
import type { TranscriptRow } from '../../src/personas/index.ts';
import type { JobResult } from './mini-runner.ts';
import { rehearse } from './stage.ts';
import type { Stage } from './stage.ts';
import { stagesOf } from './stages.ts';

const set = stagesOf({ orderly: true });
const secret = `ghp_${'a1B2'.repeat(9)}`;

const twice = `name: twice
version: "1.0.0"
description: Look, look again
branch: false
steps:
  - { id: look, name: Look, type: persona-request, persona: code-reviewer }
  - { id: again, name: Again, type: persona-request, persona: security-reviewer, dependencies: [look] }
`;

/** A job that runs the workflow; `end` signals it once something that was done in the second step is kept. */
function start(there: Stage, workflow: string, end?: NodeJS.Signals): Promise<JobResult> {
  let isAgain = false;
  let isAsked = false;
  return there.job({
    event: 'workflow_dispatch',
    payload: {},
    with: { ...rehearse, workflow, 'issue-number': String(there.issue) },
    // each event of the run is a line then
    env: { RUNNER_DEBUG: '1' },
    onLine(line, signal) {
      isAgain ||= line.includes('▸ Again');
      isAsked ||= isAgain && line.includes('ticket.sent');
      if (end !== undefined && isAsked && line.includes('artifact.added')) signal(end);
    },
  });
}

/** The files that an upload of the output would take. */
function uploaded({ outputs }: JobResult): readonly string[] {
  const folder = outputs['transcripts'] ?? '';
  expect(folder).toMatch(/^\/.*-transcripts$/);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('l'))
    .toSorted();
}

function rowsOf({ outputs }: JobResult, name = ''): readonly TranscriptRow[] {
  const { rows, unreadable } = readTranscript(readFileSync(join(outputs['transcripts'] ?? '', name), 'utf8'));
  expect(unreadable).toBe(0);
  return rows;
}

test('a step that failed has told what was done, without secrets, and the summary says where in one line', async () => {
  const there = await set({ answers: { 'code-reviewer': { status: 'fail', summary: `It leaks ${secret}.` } } });
  const job = await start(there, 'look');
  expect([job.exitCode, job.outputs['conclusion']]).toEqual([1, 'failed']);
  const run = job.outputs['run-id'] ?? '';
  const [name, ...more] = uploaded(job);
  expect([name, more]).toEqual([`${run}/look.1.jsonl`, []]);
  const rows = rowsOf(job, name);
  expect(rows[0]).toMatchObject({ kind: 'message', from: 'troupe', attempt: 1, request: `${run}:look:1` });
  expect(rows.at(-1)).toMatchObject({ kind: 'result', status: 'fail' });
  expect(JSON.stringify(rows)).toContain('It leaks');
  expect(JSON.stringify(rows)).not.toContain(secret);
  const lines = job.summary.split('\n').filter((line) => line.includes('upload-artifact'));
  expect(lines).toEqual([expect.stringContaining(`lies in \`${job.outputs['transcripts']}\` until the job ends`)]);
});

test('a job that is cancelled while somebody works leaves what was done by then', async () => {
  const there = await set({
    files: { '.github/troupe/workflows/twice.yml': twice },
    answers: { 'security-reviewer': { status: 'pass', summary: 'Never said.', delay: '10m' } },
  });
  const job = await start(there, 'twice', 'SIGINT');
  expect(job.outputs['conclusion']).toBe('cancelled');
  const run = job.outputs['run-id'] ?? '';
  expect(uploaded(job)).toEqual([`${run}/again.1.jsonl`, `${run}/look.1.jsonl`]);
  expect(rowsOf(job, `${run}/again.1.jsonl`).at(-1)).toMatchObject({ kind: 'result', status: 'error' });
  expect(job.summary).toContain('upload-artifact');
});

test('a job whose process is killed has named the folder before, and its post step finishes what is in it', async () => {
  const there = await set({
    files: { '.github/troupe/workflows/twice.yml': twice },
    answers: { 'security-reviewer': { status: 'pass', summary: 'Never said.', delay: '10m' } },
  });
  const job = await start(there, 'twice', 'SIGKILL');
  expect(job.exitCode).not.toBe(0);
  expect([job.postExitCode, job.outputs['conclusion']]).toEqual([0, undefined]);
  const [again, look] = uploaded(job);
  expect(again).toMatch(/^r\w+\/again\.1\.jsonl$/);
  expect(rowsOf(job, again)[0]).toMatchObject({ kind: 'message', from: 'troupe' });
  expect(rowsOf(job, look).at(-1)).toMatchObject({ kind: 'result', status: 'pass' });
  expect(job.summary).toContain('upload-artifact');
});

test('where nobody was asked the output is empty, and the summary says nothing of it', async () => {
  const there = await set();
  const job = await there.job({
    event: 'workflow_dispatch',
    payload: {},
    with: { ...rehearse, workflow: 'look', 'issue-number': String(there.issue), 'dry-run': 'true' },
  });
  expect(job.outputs).toMatchObject({ conclusion: 'skipped', transcripts: '' });
  expect(job.summary).not.toContain('upload-artifact');
});
