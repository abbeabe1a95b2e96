// Every row of docs/sentences.md that a job says, played on the bundle: word for word, each once, and nothing of another host.
import { expect, test } from 'vitest';
import { sentenceRows } from '../../scripts/sentences.ts';
import type { About, SentenceName } from '../../scripts/sentences.ts';
import { say, timeless } from './commenting.ts';
import type { JobResult } from './mini-runner.ts';
import { gated, rehearse } from './stage.ts';
import type { Stage, StageOptions } from './stage.ts';
import { stagesOf } from './stages.ts';

const set = stagesOf({ orderly: false });

type JobRow = Extract<SentenceName, `${string}job`>;

/** How a row is played, and how its job ends. */
interface Play {
  readonly ends: readonly [exitCode: number, conclusion: string];
  readonly stage?: StageOptions;
  job(there: Stage): Promise<JobResult>;
}

const all = { contents: 'write', issues: 'write', pull_requests: 'write', statuses: 'write', metadata: 'read' };
const asApp = { world: { slug: 'troupe' } };

/** A dispatch for the issue with all permissions but some. */
function dispatched(workflow: string, without: readonly string[] = [], more: object = {}): Play['job'] {
  return async (there) => {
    const permissions = Object.fromEntries(
      Object.entries({ ...all, ...more }).filter(([name]) => !without.includes(name)),
    );
    const token = await there.token(permissions);
    const given = { ...rehearse, workflow, 'issue-number': String(there.issue) };
    return there.job({ event: 'workflow_dispatch', payload: {}, token, with: given });
  };
}

function labelled(name: string): Play['job'] {
  return async (there) => {
    await there.github.as('writer').label(there.fullName, there.issue, name);
    return there.job({ event: 'issues', payload: await there.payload('issues', 'labeled'), with: rehearse });
  };
}

const plays: Readonly<Record<JobRow, Play>> = {
  'no pull_requests: job': { ends: [1, 'failed'], job: dispatched('small', ['pull_requests']) },
  'no pull_requests: app-job': {
    ends: [1, 'failed'],
    stage: asApp,
    job: dispatched('small', ['pull_requests', 'statuses'], { checks: 'write' }),
  },
  'setting: job': {
    ends: [0, 'degraded'],
    job(there) {
      there.github.faults.answer({
        route: 'POST /repos/{owner}/{repo}/pulls',
        times: 50,
        when: 'before',
        answer: { status: 403, message: 'GitHub Actions is not permitted to create or approve pull requests.' },
      });
      return dispatched('small')(there);
    },
  },
  'no contents: job': { ends: [1, 'failed'], job: dispatched('small', ['contents']) },
  'no statuses: job': { ends: [0, 'succeeded'], job: onPull(['statuses']) },
  'no issues: job': { ends: [0, 'succeeded'], job: dispatched('look', ['issues', 'pull_requests']) },
  'no issues: app-job': {
    ends: [0, 'succeeded'],
    stage: asApp,
    job: dispatched('look', ['issues', 'pull_requests', 'statuses'], { checks: 'write' }),
  },
  'gate: job': { ends: [0, 'waiting'], job: dispatched('gated') },
  'gate, no issue: job': {
    ends: [0, 'waiting'],
    job: (there) =>
      there.job({ event: 'workflow_dispatch', payload: {}, with: { ...rehearse, workflow: 'gated', task: 'Look' } }),
  },
  'late approve: job': {
    ends: [0, 'skipped'],
    async job(there) {
      await dispatched('gated')(there);
      await say(there, '/troupe approve', { runId: 4711, as: 'maintainer' });
      return say(there, '/troupe approve', { runId: 4712, as: 'maintainer' });
    },
  },
  'late retry: job': {
    ends: [0, 'skipped'],
    async job(there) {
      await dispatched('small')(there);
      return say(there, '/troupe retry', { runId: 4712 });
    },
  },
  'late answer: job': {
    ends: [0, 'skipped'],
    stage: { answers: { 'code-reviewer': { status: 'fail', summary: 'Not yet.' } } },
    async job(there) {
      await dispatched('look')(there);
      return say(there, '/troupe answer Yes', { runId: 4712 });
    },
  },
  'late cancel: job': {
    ends: [0, 'skipped'],
    async job(there) {
      await dispatched('gated')(there);
      await say(there, '/troupe cancel', { runId: 4711 });
      return say(there, '/troupe cancel', { runId: 4712 });
    },
  },
  'at work: job': {
    ends: [0, 'skipped'],
    stage: { answers: { 'code-reviewer': { status: 'pass', summary: 'Fine.', delay: 600 } } },
    async job(there) {
      // its machine is gone, and its word still holds
      await there.job({
        event: 'workflow_dispatch',
        payload: {},
        with: { ...rehearse, workflow: 'look', 'issue-number': String(there.issue) },
        vanishes: true,
        onLine: (line, end) => line.includes('▸ Look') && end('SIGKILL'),
      });
      return say(there, '/troupe approve', { runId: 4712, as: 'maintainer' });
    },
  },
  'label: job': { ends: [1, 'failed'], job: labelled('troupe:smal') },
  'disabled: job': {
    ends: [1, 'failed'],
    stage: { files: { '.github/troupe.yml': 'workflows: { disable: [hotfix] }\n' } },
    job: labelled('troupe:hotfix'),
  },
  'no command: job': {
    ends: [0, 'skipped'],
    async job(there) {
      await there.github.as('writer').comment(there.fullName, there.issue, 'What a nice day');
      return there.job({ event: 'issue_comment', payload: await there.payload('issue_comment'), with: rehearse });
    },
  },
  'own mark: job': { ends: [0, 'skipped'], job: labelled('troupe:needs-human') },
};

/** A review of a pull request with all permissions but some. */
function onPull(without: readonly string[]): Play['job'] {
  return async (there) => {
    const change = { from: 'main', message: 'Change', files: { 'notes.txt': 'new\n' } };
    await there.github.as('writer').pushCommit(there.fullName, 'topic', change);
    await there.github.as('writer').openPullRequest(there.fullName, { head: 'topic', title: 'A change' });
    const token = await there.token(
      Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name))),
    );
    return there.job({
      event: 'pull_request',
      payload: await there.payload('pull_request', 'opened'),
      token,
      with: rehearse,
    });
  };
}

const branch = 'troupe/1-the-total-ignores-how-many-of-an-item-ar';

test.each(Object.entries(plays))('%s', async (name, { ends, stage, job: play }) => {
  const files = { '.github/troupe/workflows/gated.yml': gated, ...stage?.files };
  const there = await set({ ...stage, files });
  const job = await play(there);
  expect([job.exitCode, job.outputs['conclusion']]).toEqual(ends);
  const known = /Known: (.*?)\.(?: |$|\n)/m.exec(job.log)?.[1]?.match(/[\w-]+(?=`)/g) ?? [];
  const run = job.outputs['run-id'] ?? '';
  const page = `${there.github.url}/${there.fullName}/actions/runs/4711`;
  const about: About = {
    repository: there.fullName,
    issue: there.issue,
    branch,
    run: run || 'rabcdefghijklmno',
    known,
    job: page,
  };
  const pages = [job.log, job.summary, job.annotations.map(({ message }) => message).join('\n')];
  const said = pages.map((text) => timeless(there, text));
  const comments = there.repository.comments(there.issue).map(({ body }) => timeless(there, body));
  // the name comes from `plays`
  for (const row of sentenceRows[name as JobRow].says(about)) {
    const sentence = timeless(there, row);
    expect(said.join('\n')).toContain(sentence);
    for (const text of [...said.slice(1), ...comments]) expect(text.split(sentence).length - 1).toBeLessThanOrEqual(1);
  }
  // not of another host, no notes of programmers
  expect(`${job.log}\n${job.summary}`).not.toMatch(/on its check|Press \*\*|^.*\{"\w+":|^\s+at .*:\d+:\d+/m);
  const { branch: left, 'pull-request-number': number, 'pull-request-url': url } = job.outputs;
  expect([left, number, url]).toEqual([name === 'setting: job' ? branch : '', '', '']);
});
